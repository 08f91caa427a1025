/**
 * A fault as a log may have it. What the libraries hang on their errors (SQL with its values, stanzas, tokens) stays
 * outside: of an error only the fields named here are told, and of a message only what can't quote anybody.
 */

/** Errors that others caused, at the most. */
const DEPTH = 4;
/** Characters of a message, and of a stack. */
const MESSAGE = 500;
const STACK = 4000;

/** Ours, and those of Node: names, numbers and states, and no text of people. */
const FIELDS = [
  'code',
  'condition',
  'reason',
  'kind',
  'status',
  'waitedFor',
  'seconds',
  'state',
  'syscall',
] as const;

export interface Fault {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: Fault;
  readonly [field: string]: unknown;
}

export function faultOf(error: unknown, depth = 1): Fault {
  if (!(error instanceof Error))
    return { name: typeof error, message: 'no error, but something else was thrown' };
  const message = messageOf(error);
  const own = error as Error & Readonly<Record<string, unknown>>;
  const fields = FIELDS.filter((field) => own[field] !== undefined).map((field) => [field, own[field]]);
  return {
    name: error.name,
    message,
    ...(Object.fromEntries(fields) as object),
    ...(error.stack !== undefined && { stack: stackOf(error, message) }),
    ...(error.cause !== undefined && depth < DEPTH && { cause: faultOf(error.cause, depth + 1) }),
  };
}

function messageOf(error: Error): string {
  // V8 quotes the text that is no JSON.
  if (error instanceof SyntaxError || error.name === 'SyntaxError') return 'a text could not be parsed';
  return cut(isOfServer(error) ? serverMessage(error) : error.message, MESSAGE);
}

/** The frames alone: the first lines of a stack are the message again, as it was. */
function stackOf(error: Error, message: string): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return cut([`${error.name}: ${message}`, ...frames].join('\n'), STACK);
}

/** An error that MySQL answered: mysql2 hangs the statement and the state on it. */
interface ServerError extends Error {
  readonly errno: number;
  readonly code?: string;
  readonly sqlState: string;
}

function isOfServer(error: Error): error is ServerError {
  return 'sqlState' in error && 'errno' in error;
}

/**
 * What the server says of accounts, tables, columns, limits and locks. All other messages may quote a value, as that of a
 * duplicate does, or be the site's own (SIGNAL).
 */
const NAMES_NO_VALUES = new Set([
  ...[1040, 1044, 1045, 1046, 1049, 1054, 1064, 1130, 1142, 1143, 1146, 1203, 1205, 1213, 1226],
  ...[1290, 1305, 1317, 1370, 1461, 1698, 1792, 1836, 1969, 3024, 4151],
]);

export function serverMessage({ errno, code, message }: Error & { errno?: number; code?: string }): string {
  if (errno === undefined || errno < 1000 || NAMES_NO_VALUES.has(errno)) return message; // Node's are negative
  return `the database answered ${code ?? 'an error'} (${errno})`;
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
