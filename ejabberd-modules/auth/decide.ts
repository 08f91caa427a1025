/** May they in? A request, and what the directory and the ticket say, give one of four outcomes; one is a yes. */
import type { Config } from '../../bridge/config/schema.ts';
import { DirectoryUnavailable, type Directory } from '../../bridge/site/directory.ts';
import { userIdOf } from '../../bridge/xmpp/jid.ts';
import { isTicket, verifyTicket } from '../../bridge/xmpp/ticket.ts';
import type { AuthRequest } from './request.ts';
import type { Tries } from './tries.ts';

/**
 * `unavailable`: nobody could say; `limited`: too many wrong passwords, so this one was not looked at. ejabberd
 * knows no such answers and is told no, but log and metrics differ.
 */
export type Outcome = 'yes' | 'no' | 'unavailable' | 'refused' | 'limited';

export interface DecideOptions {
  readonly directory: Directory;
  readonly domain: string;
  readonly ticket: Config['ticket'];
  readonly tries: Tries;
}

/** Never rejects for a directory that does not answer; a fault of ours is for the caller to count as a no. */
export async function decide(request: AuthRequest, options: DecideOptions): Promise<Outcome> {
  if (request.operation === 'refused') return 'refused';
  const id = userIdOf(request.localPart);
  if (id === undefined || request.server !== options.domain) return 'no';
  try {
    if (request.operation === 'auth') return await mayEnter(id, request.password, options);
    return yesIf((await options.directory.user(id)) !== undefined);
  } catch (error) {
    if (error instanceof DirectoryUnavailable) return 'unavailable';
    throw error;
  }
}

/** A ticket is judged by itself alone: were it tried as a password too, a guess would cost a hash. */
async function mayEnter(id: string, credential: string, options: DecideOptions): Promise<Outcome> {
  const { directory, ticket, tries } = options;
  if (isTicket(credential)) return yesIf((await verifyTicket(ticket, credential)) === id);
  if (!(await tries.take(id))) return 'limited';
  let wrong = false;
  try {
    wrong = !(await directory.checkPassword(id, credential));
    return yesIf(!wrong);
  } finally {
    if (!wrong) tries.giveBack(id);
  }
}

function yesIf(yes: boolean): Outcome {
  return yes ? 'yes' : 'no';
}
