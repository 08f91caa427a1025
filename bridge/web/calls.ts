/** The calls of PROTOCOL.md but `poll`: typed request -> the fields beside `ok`. Adding a call is adding a line. */
import type { Limits } from '../config/schema.ts';
import { cleanText } from '../clean-text.ts';
import { badRequest, CallError } from '../errors.ts';
import { metrics } from '../metrics.ts';
import { checkBody, parseRequest, type Parameters } from '../protocol/requests.ts';
import type { SignOutsSince } from '../session/ports.ts';
import type { Sending } from '../session/sending.ts';
import type { Sessions } from '../session/sessions.ts';
import { isUserId } from '../user-id.ts';
import type { VerifyToken } from './token.ts';

export interface CallContext {
  readonly sessions: Sessions;
  readonly sending: Sending;
  readonly verifyToken: VerifyToken;
  readonly signOuts: SignOutsSince;
  readonly limits: Limits;
}

type Call = (context: CallContext, parameters: Parameters) => Promise<object> | object;

export const calls: Readonly<Record<string, Call>> = { connect, send, leave };

async function connect(context: CallContext, parameters: Parameters): Promise<object> {
  const { sessions, limits } = context;
  const { u, token, tab: old } = parseRequest('connect', parameters);
  if (token !== undefined) await admit(context, u, token);
  const attached = token === undefined ? sessions.reconnect(u, old ?? '') : await sessions.connect(u);
  const { tab, cursor, snapshot } = attached;
  return { tab, cursor, hold: limits.hold, ...snapshot };
}

/** A token from before the user signed out of the site is good for nothing, though it has not expired. */
async function admit({ verifyToken, signOuts }: CallContext, user: string, token: string): Promise<void> {
  const minted = await verifyToken(user, token);
  if (minted !== undefined && (await signOuts.since(user, minted)))
    throw new CallError('bad-token', 'the user has signed out since: get a fresh token from the site');
}

async function send({ sessions, sending, limits }: CallContext, parameters: Parameters): Promise<object> {
  const { u, tab, to, body, cid } = parseRequest('send', parameters);
  const { live } = sessions.find(u, tab);
  if (to === u) throw badRequest('nobody writes to themselves here');
  // As XML carries it and as all will see it: the own tabs, the receiver and the archive.
  const text = cleanText(body).replaceAll(/\r\n?/g, '\n');
  checkBody(text, limits.message);
  // An id that nobody can have is a stranger like any other.
  if (!isUserId(to))
    throw new CallError('not-friends', 'you are not friends, or this person can’t be written to');
  const taken = metrics.sendSeconds.startTimer();
  const accepted = await sending.send(live, { to, body: text, cid });
  taken();
  return accepted;
}

function leave({ sessions }: CallContext, parameters: Parameters): object {
  const { u, tab } = parseRequest('leave', parameters);
  sessions.leave(u, tab);
  return {};
}
