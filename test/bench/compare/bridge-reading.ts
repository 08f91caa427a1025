/** How a tab of the bridge hears what happens: by polls, each held until there is something, or by one stream. */
import { exchange, lines } from './keep-alive.ts';
import type { TabEvents } from './load-tab.ts';

export interface Place {
  readonly url: string;
  readonly user: string;
  readonly tab: string;
  readonly cursor: string;
  readonly closed: AbortSignal;
}

/** Reads until the tab is closed. @throws Error when the tab is lost. */
export type Read = (place: Place, events: TabEvents) => Promise<void>;

interface Event {
  readonly type: string;
  readonly body?: string;
}

export const readPolls: Read = async (place, events) => {
  let { cursor } = place;
  while (!place.closed.aborted) {
    const answer = await exchange({ method: 'GET', url: addressOf('poll', { ...place, cursor }) });
    const read = JSON.parse(answer) as { cursor: string; events?: readonly Event[] };
    cursor = read.cursor;
    hand(read.events ?? [], events);
  }
};

/** HTML Living Standard, section 9.2. Each event of the protocol is one line of data. */
export const readStream: Read = async (place, events) => {
  for await (const line of lines(addressOf('stream', place), place.closed)) {
    if (line.startsWith('data: {"n":')) hand([JSON.parse(line.slice(6)) as Event], events);
    else if (line.startsWith('event: ') && line !== 'event: ring') throw new Error(`the stream said ${line}`);
  }
  if (!place.closed.aborted) throw new Error('the stream has ended');
};

function addressOf(call: 'poll' | 'stream', { url, user, tab, cursor }: Place): string {
  return `${url}/v1/${call}?${new URLSearchParams({ u: user, tab, cursor }).toString()}`;
}

function hand(read: readonly Event[], { arrived, receipts }: TabEvents): void {
  arrived(read.flatMap(({ type, body = '' }) => (type === 'message' ? [body] : [])));
  receipts(read.filter(({ type }) => type === 'receipt').length);
}
