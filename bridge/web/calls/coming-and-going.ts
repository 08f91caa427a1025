/** Tabs come and go. */
import { badRequest, CallError } from '../../errors.ts';
import { parseRequest, type Parameters } from '../../protocol/requests.ts';
import type { CallContext } from './context.ts';

export async function connect(context: CallContext, parameters: Parameters): Promise<object> {
  const { sessions, limits } = context;
  const { u, token, tab: old } = parseRequest('connect', parameters);
  if (token !== undefined) await admit(context, u, token);
  const attached = token === undefined ? sessions.reconnect(u, old ?? '') : await sessions.connect(u);
  const { tab, cursor, snapshot } = attached;
  return { tab, cursor, hold: limits.hold, ...snapshot };
}

/** A token from before the user signed out of the site is good for nothing, though it has not expired. */
async function admit(
  { verifyToken, signOuts, mayChat }: CallContext,
  user: string,
  token: string,
): Promise<void> {
  const minted = await verifyToken(user, token);
  if (minted !== undefined && (await signOuts.since(user, minted)))
    throw new CallError('bad-token', 'the user has signed out since: get a fresh token from the site');
  // The one code after which a client does not try again: a page of theirs shows nothing.
  if (!(await mayChat(user))) throw badRequest('this user does not have the chat yet');
}

export function leave({ sessions }: CallContext, parameters: Parameters): object {
  const { u, tab } = parseRequest('leave', parameters);
  sessions.leave(u, tab);
  return {};
}
