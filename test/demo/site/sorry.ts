/** What a person is told when something can't be done. */
export class Sorry extends Error {
  override name = 'Sorry';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A sentence and a status for any fault. Nothing of the fault itself is shown. */
export function sorryFor(error: unknown): Sorry {
  if (error instanceof Sorry) return error;
  const status = (error as { status?: unknown } | null)?.status;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new Sorry(status, 'That request could not be read.');
  }
  return new Sorry(500, 'Something went wrong on our side. Please try again in a moment.');
}
