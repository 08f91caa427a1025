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

/** What somebody wishes, who may have signed out before it can be told. */
interface Own<T> {
  readonly whose: string | undefined;
  readonly wish: T;
}

/**
 * Each rejects with a CallFault when the bridge refuses it. What somebody reads, shows and sets waits for a bridge that is
 * out of reach, and the last word counts; the others reject then, too.
 */
export class Deeds {
  readonly #asker: Asker;
  readonly #now: () => number;
  readonly #reads = new Map<string, Latest<Own<string>>>();
  readonly #ui: Latest<Own<Settings>, number>;
  readonly #presence: Latest<Own<{ show: Show; status?: string }>>;
  readonly #active: Latest<boolean>;
  #said: { to: string; state: ChatState; at: number } | undefined;

  constructor(asker: Asker, now: () => number) {
    this.#asker = asker;
    this.#now = now;
    this.#ui = new Latest(
      async ({ whose, wish }) => readVersion(await asker.insist(whose, 'ui', { set: JSON.stringify(wish) })),
      (before, after) =>
        before.whose === after.whose ? { ...after, wish: { ...before.wish, ...after.wish } } : after,
    );
    this.#presence = new Latest(({ whose, wish }) => asker.insist(whose, 'presence', wish));
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
    const reads =
      this.#reads.get(peer) ??
      new Latest(({ whose, wish }) => this.#asker.insist(whose, 'read', { with: peer, upTo: wish }));
    this.#reads.set(peer, reads);
    await reads.put(this.#own(upTo));
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
    return this.#ui.put(this.#own(set));
  }

  async setPresence(show: Show, status?: string): Promise<void> {
    await this.#presence.put(this.#own({ show, ...(status !== undefined && { status }) }));
  }

  async setActive(active: boolean): Promise<void> {
    await this.#active.put(active);
  }

  #own<T>(wish: T): Own<T> {
    return { whose: this.#asker.user, wish };
  }
}
