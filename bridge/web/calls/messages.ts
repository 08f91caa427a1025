/** What people write to each other, and have written. */
import { cleanText } from '../../clean-text.ts';
import { badRequest, CallError } from '../../errors.ts';
import { metrics } from '../../metrics.ts';
import { checkBody, parseRequest, type Parameters } from '../../protocol/requests.ts';
import { isUserId } from '../../user-id.ts';
import { liveFor, type CallContext } from './context.ts';

export async function send(
  { sessions, sending, limits }: CallContext,
  parameters: Parameters,
): Promise<object> {
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

/** Of no consequence: what ejabberd does not let through is not told. */
export function typing(context: CallContext, parameters: Parameters): object {
  const { to, state, ...who } = parseRequest('typing', parameters);
  const { upstream } = liveFor(context, who);
  if (isUserId(to) && to !== who.u) upstream.typing(to, state);
  return {};
}

export async function history(context: CallContext, parameters: Parameters): Promise<object> {
  const { with: peer, before, limit, ...who } = parseRequest('history', parameters);
  const { upstream } = liveFor(context, who);
  if (!isUserId(peer)) return { messages: [], complete: true };
  const query = {
    with: peer,
    limit: Math.min(limit, context.limits.page),
    ...(before !== undefined && { before }),
  };
  const { messages, complete } = await upstream.history(query);
  return { messages, complete };
}

export async function search(context: CallContext, parameters: Parameters): Promise<object> {
  const { q, with: peer, limit, ...who } = parseRequest('search', parameters);
  const { upstream } = liveFor(context, who);
  if (peer !== undefined && !isUserId(peer)) return { messages: [] };
  const most = Math.min(limit, context.limits.page);
  const query = { text: cleanText(q), limit: most, ...(peer !== undefined && { with: peer }) };
  return { messages: await upstream.search(query) };
}
