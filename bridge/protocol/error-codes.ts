/** The error codes of docs/protocol.md: a closed list. */
export const ERROR_CODES = [
  'bad-request',
  'bad-token',
  'token-expired',
  'not-friends',
  'gone',
  'too-large',
  'rate-limited',
  'too-many-tabs',
  'unavailable',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];
