/** The stream can't be opened, was cut on the way, or can't take a stanza. `reason` is short and goes to metrics. */
export class StreamError extends Error {
  override name = 'StreamError';
  readonly reason: string;

  constructor(reason: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

/** The defined condition of a stream or SASL error of the library's (RFC 6120, section 4.9.3). */
export function conditionOf(error: unknown): string | undefined {
  const condition = (error as { condition?: unknown }).condition;
  return typeof condition === 'string' ? condition : undefined;
}

/** Of one step: the library has a deadline for each. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

export function streamErrorOf(error: unknown): StreamError {
  if (error instanceof StreamError) return error;
  const reason = conditionOf(error) ?? (error as NodeJS.ErrnoException).code ?? 'error';
  return new StreamError(reason, `the XMPP stream could not be opened (${reason})`, error);
}
