/** Nothing can be said, for the reason that the message gives: a sentence for a person. */
export class CannotLook extends Error {
  override name = 'CannotLook';
}

/** The first line of what went wrong, for a report. */
export function reasonOf(error: unknown): string {
  const { message, code } = error as Partial<NodeJS.ErrnoException>;
  const first = (message ?? String(error)).split('\n')[0] ?? '';
  return first === '' ? (code ?? 'an error without a message') : first;
}
