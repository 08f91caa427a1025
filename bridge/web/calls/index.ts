/** The calls of docs/protocol.md but `poll`: parameters -> the fields beside `ok`. Adding a call is adding a line. */
import type { Parameters } from '../../protocol/requests.ts';
import { connect, leave } from './coming-and-going.ts';
import type { CallContext } from './context.ts';
import { history, search, send, typing } from './messages.ts';
import { active, presence, read, ui } from './state.ts';

export type { CallContext };

type Call = (context: CallContext, parameters: Parameters) => Promise<object> | object;

export const calls: Readonly<Record<string, Call>> = {
  connect,
  send,
  typing,
  read,
  history,
  search,
  ui,
  presence,
  active,
  leave,
};
