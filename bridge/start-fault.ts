/** Why a process could not start, for the person who started it: a sentence that says what to do. */
import { ConfigError } from './config/load.ts';

/** A stack is shown only for faults of ours. */
export function startFault(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, port, message, stack } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE')
    return `port ${port ?? '?'} is in use: stop what listens there, or set another port`;
  if (code === 'EACCES' && port !== undefined)
    return `port ${port} may not be opened by this user: use one above 1023`;
  if (error instanceof Error && /^(?:Pool|Query)/.test(error.name))
    return `MySQL can't be used: ${message}\nCheck the settings under mysql, and that the account may create tables.`;
  return stack ?? String(error);
}
