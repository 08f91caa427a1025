/**
 * A browser tab as the web protocol sees it: speaks docs/protocol.md over HTTP, with none of the bridge's or
 * the dock's code but the types and `applyEvent`.
 */
import { randomUUID } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import type { Buddy, ChatState, Event, Message, Show } from '../../bridge/protocol/events.ts';
import { applyEvent, type Snapshot } from '../../bridge/protocol/snapshot.ts';
import { blocksOf } from './event-stream.ts';
import { waitUntil } from './wait-until.ts';

export interface Answer {
  readonly ok: boolean;
  readonly error?: { readonly code: string; readonly message: string; readonly retryAfter?: number };
  readonly [field: string]: unknown;
}

export interface HistoryPage {
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly complete: boolean;
}

/** One call by POST, as a page of the site makes it. Never throws for a refusal. */
export async function call(
  url: string,
  name: string,
  parameters: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${url}/v1/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', ...headers },
    body: JSON.stringify(parameters),
    signal: AbortSignal.timeout(60_000),
  });
  return (await response.json()) as Answer;
}

/** The same over JSONP: what the script hands to the callback. */
export async function callJsonp(
  url: string,
  name: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Answer> {
  const query = new URLSearchParams({ ...parameters, callback: 'page.got' });
  const response = await fetch(`${url}/v1/${name}?${query.toString()}`);
  const script = await response.text();
  const context: { got: (answer: Answer) => void; answer?: Answer } = {
    got: (answer) => (context.answer = answer),
  };
  runInNewContext(script, { page: context }); // as a page runs it: a script of which only the call has an effect
  if (context.answer === undefined) throw new Error(`the script did not call back: ${script.slice(0, 100)}`);
  return context.answer;
}

/** A refusal, as an error, for the calls below that expect to succeed. */
export class Refused extends Error {
  override name = 'Refused';
  readonly code: string;

  constructor(name: string, { error }: Answer) {
    super(`${name} was refused: ${error?.code ?? '?'} ${error?.message ?? ''}`);
    this.code = error?.code ?? 'none';
  }
}

export class Tab {
  readonly url: string;
  readonly user: string;
  id = '';
  cursor = '';
  snapshot: Snapshot = emptySnapshot;
  /** Every event that it has seen, in order. */
  readonly events: Event[] = [];
  /** The numbers of the messages that this tab was to ring for. */
  readonly rings: number[] = [];
  /** How its streams ended, where the bridge ended them. */
  readonly ends: string[] = [];
  #polling = false;
  #loop: Promise<void> | undefined;
  /** Why it reads no more: told by whoever waits for what does not come. */
  #fault: Error | undefined;
  #abort = new AbortController();

  constructor(url: string, user: string) {
    this.url = url;
    this.user = user;
  }

  /** Connects with a token, or with the tab that it had. */
  async connect(by: { token: string } | { tab: string }): Promise<this> {
    const { tab, cursor, ok: _ok, hold: _hold, ...snapshot } = await this.#call('connect', by);
    this.id = String(tab);
    this.cursor = String(cursor);
    this.snapshot = snapshot as unknown as Snapshot;
    return this;
  }

  /** One poll: the events that it brought. */
  async poll(): Promise<Event[]> {
    const response = await fetch(
      `${this.url}/v1/poll?${new URLSearchParams({ u: this.user, tab: this.id, cursor: this.cursor }).toString()}`,
      {
        signal: this.#abort.signal,
      },
    );
    return this.take((await response.json()) as Answer);
  }

  /** Takes in the answer of a poll. */
  take(answer: Answer): Event[] {
    if (!answer.ok) throw new Refused('poll', answer);
    if (answer['superseded'] === true) return [];
    const events = answer['events'] as Event[];
    this.cursor = String(answer['cursor']);
    for (const event of events) this.#see(event);
    this.rings.push(...((answer['ring'] as number[] | undefined) ?? []));
    return events;
  }

  /** Polls until `stop`. */
  start(): this {
    this.#polling = true;
    this.#loop = (async () => {
      while (this.#polling) await this.poll();
    })();
    this.#loop.catch((fault: unknown) => (this.#fault = fault as Error));
    return this;
  }

  /** Reads by Server-Sent Events until `stop`, or until the bridge ends it; resolves when the stream is open. */
  async stream(headers: Readonly<Record<string, string>> = {}): Promise<this> {
    const query = new URLSearchParams({ u: this.user, tab: this.id, cursor: this.cursor });
    const { signal } = this.#abort;
    const response = await fetch(`${this.url}/v1/stream?${query.toString()}`, { headers, signal });
    if (!response.ok) throw new Refused('stream', (await response.json()) as Answer);
    this.#loop = this.#readStream(response);
    this.#loop.catch((fault: unknown) => (this.#fault = fault as Error));
    return this;
  }

  async #readStream(response: Response): Promise<void> {
    for await (const { id, event, data } of blocksOf(response)) {
      if (id !== undefined) this.cursor = id;
      if (event === 'ring') this.rings.push(...(JSON.parse(data) as number[]));
      else if (event !== undefined) this.ends.push(event);
      else if (data !== '') this.#see(JSON.parse(data) as Event);
    }
  }

  async stop(): Promise<void> {
    this.#polling = false;
    this.#abort.abort();
    await this.#loop?.catch(() => undefined);
    this.#abort = new AbortController();
  }

  async send(to: string, body: string, cid: string = randomUUID()): Promise<{ id: string; at: string }> {
    const { id, at } = await this.#call('send', { tab: this.id, to, body, cid });
    return { id: String(id), at: String(at) };
  }

  async typing(to: string, state: ChatState): Promise<void> {
    await this.#call('typing', { tab: this.id, to, state });
  }

  /** Returns how many are unread then. */
  async read(peer: string, upTo: string): Promise<number> {
    return Number((await this.#call('read', { tab: this.id, with: peer, upTo }))['unread']);
  }

  async history(peer: string, page: { before?: string; limit?: number } = {}): Promise<HistoryPage> {
    const { messages, complete } = await this.#call('history', { tab: this.id, with: peer, ...page });
    return { messages: messages as Message[], complete: complete === true };
  }

  async search(q: string, within: { with?: string; limit?: number } = {}): Promise<Message[]> {
    return (await this.#call('search', { tab: this.id, q, ...within }))['messages'] as Message[];
  }

  /** Returns the version. */
  async setUi(set: Readonly<Record<string, unknown>>): Promise<number> {
    return Number((await this.#call('ui', { tab: this.id, set }))['version']);
  }

  async setPresence(show: Show, status?: string): Promise<void> {
    await this.#call('presence', { tab: this.id, show, ...(status !== undefined && { status }) });
  }

  async setActive(active: boolean): Promise<void> {
    await this.#call('active', { tab: this.id, active });
  }

  /** `reading`: while it still reads, as another of its pages would. */
  async leave({ reading = false } = {}): Promise<void> {
    if (!reading) await this.stop();
    await this.#call('leave', { tab: this.id });
  }

  friend(id: string): Buddy | undefined {
    return this.snapshot.roster.find((buddy) => buddy.id === id);
  }

  /** Bodies of a conversation, oldest first. */
  bodies(peer: string): string[] {
    return (
      this.snapshot.conversations
        .find((conversation) => conversation.with === peer)
        ?.messages.map(({ body }) => body) ?? []
    );
  }

  show(friend: string): string | undefined {
    return this.friend(friend)?.show;
  }

  /** Waits, while it polls, until the tab shows something. */
  async sees(what: string, condition: (tab: Tab) => boolean): Promise<void> {
    await waitUntil(`${this.user}'s tab to see ${what}`, () => {
      if (condition(this)) return true;
      if (this.#fault !== undefined) throw this.#fault;
      return false;
    });
  }

  #see(event: Event): void {
    if (this.events.some((other) => other.n === event.n)) return;
    this.events.push(event);
    this.snapshot = applyEvent(this.snapshot, event);
  }

  async #call(name: string, parameters: object): Promise<Answer> {
    const answer = await call(this.url, name, { u: this.user, ...parameters });
    if (!answer.ok) throw new Refused(name, answer);
    return answer;
  }
}

const emptySnapshot: Snapshot = {
  me: { id: '', name: '', show: 'online' },
  roster: [],
  conversations: [],
  ui: {},
  uiVersion: 0,
  connected: false,
};
