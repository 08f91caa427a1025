/** What a person does beside writing: typing, reading, looking back, and how they appear. */
import type { ChatState, Message, Show } from '../protocol/events.ts';
import { readHistory, readMessages, readVersion } from './answers.ts';
import type { Asker } from './asking.ts';
import { Latest } from './latest.ts';

/** Milliseconds after which `composing` is said again, while a person goes on writing: friends believe it for 30 s. */
const SAY_AGAIN = 10_000;

export interface HistoryPage {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Is there nothing older? */
  readonly complete: boolean;
}

export type Settings = Readonly<Record<string, unknown>>;

/** Each rejects with a CallFault when the bridge refuses it, or stays out of reach. */
export class Deeds {
  readonly #asker: Asker;
  readonly #now: () => number;
  readonly #reads = new Map<string, Latest<string>>();
  readonly #ui: Latest<Settings, number>;
  readonly #presence: Latest<{ show: Show; status?: string }>;
  readonly #active: Latest<boolean>;
  #said: { to: string; state: ChatState; at: number } | undefined;

  constructor(asker: Asker, now: () => number) {
    this.#asker = asker;
    this.#now = now;
    this.#ui = new Latest(
      async (set) => readVersion(await asker.ask('ui', { set: JSON.stringify(set) })),
      (before, after) => ({ ...before, ...after }),
    );
    this.#presence = new Latest((presence) => asker.ask('presence', presence));
    this.#active = new Latest((active) => asker.ask('active', { active }));
  }

  /** May be called at every key: it goes out when it says something new. */
  typing(to: string, state: ChatState): void {
    const said = this.#said?.to === to ? this.#said : undefined;
    const isNews = said === undefined ? state === 'composing' : said.state !== state;
    const isDue = state === 'composing' && said !== undefined && this.#now() - said.at > SAY_AGAIN;
    if (!isNews && !isDue) return;
    this.#said = { to, state, at: this.#now() };
    void this.#asker.tell('typing', { to, state });
  }

  async read(peer: string, upTo: string): Promise<void> {
    const ask = (id: string): Promise<unknown> => this.#asker.ask('read', { with: peer, upTo: id });
    const reads = this.#reads.get(peer) ?? new Latest(ask);
    this.#reads.set(peer, reads);
    await reads.put(upTo);
    this.#reads.delete(peer);
  }

  async history(peer: string, page: { before?: string; limit?: number } = {}): Promise<HistoryPage> {
    return readHistory(await this.#asker.ask('history', { with: peer, ...page }));
  }

  async search(q: string, within: { with?: string; limit?: number } = {}): Promise<readonly Message[]> {
    return readMessages(await this.#asker.ask('search', { q, ...within }));
  }

  /** Resolves with the version of the UI state that has it. */
  setUi(set: Settings): Promise<number> {
    return this.#ui.put(set);
  }

  async setPresence(show: Show, status?: string): Promise<void> {
    await this.#presence.put({ show, ...(status !== undefined && { status }) });
  }

  async setActive(active: boolean): Promise<void> {
    await this.#active.put(active);
  }
}
