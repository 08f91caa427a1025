/** What a person does that others see, or that stays. */
import { cleanText } from '../../clean-text.ts';
import { parseRequest, type Parameters } from '../../protocol/requests.ts';
import { liveFor, type CallContext } from './context.ts';

export async function read(context: CallContext, parameters: Parameters): Promise<object> {
  const { with: peer, upTo, ...who } = parseRequest('read', parameters);
  return { unread: await context.keeping.read(liveFor(context, who), peer, upTo) };
}

export async function ui(context: CallContext, parameters: Parameters): Promise<object> {
  const { set, ...who } = parseRequest('ui', parameters);
  return { version: await context.keeping.setUi(liveFor(context, who), set) };
}

export async function presence(context: CallContext, parameters: Parameters): Promise<object> {
  const { show, status, ...who } = parseRequest('presence', parameters);
  const text = status === undefined || status === '' ? undefined : cleanText(status);
  const chosen = { show, ...(text !== undefined && { status: text }) };
  await context.keeping.choosePresence(liveFor(context, who), chosen);
  return {};
}

export function active(context: CallContext, parameters: Parameters): object {
  const { active: isActive, ...who } = parseRequest('active', parameters);
  liveFor(context, who);
  context.sessions.setActive(who.u, who.tab, isActive);
  return {};
}
