/** May they in? A request, and what the directory and the ticket say, give one of four outcomes; one is a yes. */
import type { Config } from '../../bridge/config/schema.ts';
import { DirectoryUnavailable, type Directory } from '../../bridge/site/directory.ts';
import { userIdOf } from '../../bridge/xmpp/jid.ts';
import { isTicket, verifyTicket } from '../../bridge/xmpp/ticket.ts';
import type { AuthRequest } from './request.ts';

/** `unavailable`: nobody could say. ejabberd knows no such answer and is told no, but log and metrics differ. */
export type Outcome = 'yes' | 'no' | 'unavailable' | 'refused';

export interface DecideOptions {
  readonly directory: Directory;
  readonly domain: string;
  readonly ticket: Config['ticket'];
}

/** Never rejects for a directory that does not answer; a fault of ours is for the caller to count as a no. */
export async function decide(request: AuthRequest, options: DecideOptions): Promise<Outcome> {
  if (request.operation === 'refused') return 'refused';
  const id = userIdOf(request.localPart);
  if (id === undefined || request.server !== options.domain) return 'no';
  try {
    const yes =
      request.operation === 'isuser'
        ? (await options.directory.user(id)) !== undefined
        : await mayEnter(id, request.password, options);
    return yes ? 'yes' : 'no';
  } catch (error) {
    if (error instanceof DirectoryUnavailable) return 'unavailable';
    throw error;
  }
}

/** A ticket is judged by itself alone: were it tried as a password too, a guess would cost a hash. */
async function mayEnter(
  id: string,
  credential: string,
  { directory, ticket }: DecideOptions,
): Promise<boolean> {
  if (isTicket(credential)) return (await verifyTicket(ticket, credential)) === id;
  return await directory.checkPassword(id, credential);
}
