/** How a call gets to the bridge. A transport knows nothing of tabs, cursors or messages. */
import type { Answer } from './answers.ts';

export type CallName =
  | 'connect'
  | 'poll'
  | 'send'
  | 'typing'
  | 'read'
  | 'history'
  | 'search'
  | 'ui'
  | 'presence'
  | 'active'
  | 'leave';

/** `u` is in every call, and in the address of every call: a load balancer hashes on it. */
export type Params = Readonly<{ u: string } & Record<string, string | number | boolean>>;

export interface CallLimits {
  /** Milliseconds. */
  readonly timeout: number;
  /** Ends the call; it then fails with the signal's reason. */
  readonly signal: AbortSignal;
}

export interface Transport {
  /** @throws CallFault, or the signal's reason. */
  call(name: CallName, params: Params, limits: CallLimits): Promise<Answer>;
}

/** The address of a call, with the parameters that are to stand in it. */
export function callAddress(url: string, name: CallName, query: Readonly<Record<string, unknown>>): string {
  const text = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`);
  return `${url.replace(/\/+$/, '')}/v1/${name}?${text.join('&')}`;
}
