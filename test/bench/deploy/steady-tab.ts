/** A tab that does what docs/protocol.md tells clients to do, whatever becomes of the bridge, and takes down what it had to. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '../../../bridge/protocol/events.ts';
import type { Snapshot } from '../../../bridge/protocol/snapshot.ts';
import { backoff } from '../../../bridge/backoff.ts';
import { BadAnswer, exchange } from '../compare/keep-alive.ts';
import type { Tally } from './tally.ts';

interface Connected extends Snapshot {
  readonly tab: string;
  readonly cursor: string;
}

export interface TabOptions {
  readonly url: string;
  readonly user: string;
  readonly token: () => Promise<string>;
  readonly tally: Tally;
}

/** Milliseconds before a call is made again that was cut: half of them by chance, and twice as many after each. */
const PAUSE = { base: 200, most: 5000 };

/** After these a call is made again. */
const AGAIN: ReadonlySet<string> = new Set(['unavailable', 'cut', 'gone', 'rate-limited']);

export class SteadyTab {
  readonly user: string;
  /** Texts of messages that it shows. */
  readonly texts = new Set<string>();
  readonly #options: TabOptions;
  #tab = '';
  #cursor = '';
  #isOpen = true;
  /** Calls without an answer, since the last that had one. */
  #failures = 0;
  #loop: Promise<void> | undefined;

  constructor(options: TabOptions) {
    this.#options = options;
    this.user = options.user;
  }

  async open(): Promise<this> {
    await this.#connect({ token: await this.#options.token() });
    this.#loop = this.#read();
    return this;
  }

  /** Resolves when the last poll is answered, or was cut. */
  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#call('leave', {}).catch(() => undefined);
    await this.#loop;
  }

  /** Until it is answered, with one `cid`. */
  say(to: string, body: string): Promise<void> {
    return this.#insist('send', { to, body, cid: body });
  }

  /** A call of no consequence, until it is answered. */
  async knock(): Promise<void> {
    const start = performance.now();
    await this.#insist('active', { active: true });
    this.#options.tally.waited(this, performance.now() - start);
  }

  async #insist(name: string, parameters: object): Promise<void> {
    while (this.#isOpen) {
      try {
        await this.#call(name, parameters);
        return;
      } catch (error) {
        const code = this.#codeOf(error);
        if (!AGAIN.has(code)) {
          this.#options.tally.failedWith(code);
          return;
        }
        if (code === 'unavailable') this.#options.tally.refused += 1;
        await this.#pause();
      }
    }
  }

  #pause(): Promise<void> {
    this.#failures += 1;
    return sleep(backoff(this.#failures - 1, Math.random(), PAUSE));
  }

  async appear(show: 'online' | 'dnd'): Promise<void> {
    await this.#call('presence', { show }).catch(() => undefined);
  }

  async #read(): Promise<void> {
    while (this.#isOpen) {
      try {
        this.#take(await this.#poll());
      } catch (error) {
        await this.#recover(this.#codeOf(error));
      }
    }
  }

  async #recover(code: string): Promise<void> {
    if (!this.#isOpen) return;
    const { tally } = this.#options;
    try {
      if (code !== 'gone') await this.#pause();
      else {
        tally.now.byTab += 1;
        await this.#connect({ tab: this.#tab });
      }
    } catch (error) {
      if (this.#codeOf(error) !== 'gone') return; // the poll will say that it is gone
      await this.#connectAnew();
    }
  }

  /** As a client does, with a pause when that fails too. */
  async #connectAnew(): Promise<void> {
    const { tally, token } = this.#options;
    try {
      await this.#connect({ token: await token() });
      tally.now.byToken += 1;
    } catch (error) {
      this.#codeOf(error);
      await this.#pause();
    }
  }

  async #connect(by: { token: string } | { tab: string }): Promise<void> {
    const { tab, cursor, conversations } = (await this.#call('connect', by)) as unknown as Connected;
    this.#failures = 0;
    this.#tab = tab;
    this.#cursor = cursor;
    this.#options.tally.cameBack(this);
    const shown = conversations.flatMap(({ messages }) => messages.map(({ body }) => body));
    this.#options.tally.doubled += shown.length - new Set(shown).size;
    for (const text of shown) this.texts.add(text);
  }

  async #poll(): Promise<{ cursor: string; events: readonly Event[] }> {
    const query = new URLSearchParams({ u: this.user, tab: this.#tab, cursor: this.#cursor });
    const url = `${this.#options.url}/v1/poll?${query.toString()}`;
    return JSON.parse(await exchange({ method: 'GET', url })) as { cursor: string; events: readonly Event[] };
  }

  #take({ cursor, events }: { cursor: string; events: readonly Event[] }): void {
    this.#cursor = cursor;
    this.#failures = 0;
    for (const event of events) {
      if (event.type === 'message') this.#show(event.body);
      else if (event.type === 'presence') this.#options.tally.presence(event.id);
    }
  }

  #show(text: string): void {
    if (this.texts.has(text)) this.#options.tally.doubled += 1;
    this.texts.add(text);
    this.#options.tally.arrived(text);
  }

  async #call(name: string, parameters: object): Promise<object> {
    const url = `${this.#options.url}/v1/${name}`;
    const tab = this.#tab === '' ? undefined : this.#tab;
    const body = JSON.stringify({ u: this.user, tab, ...parameters });
    const text = await exchange({ method: 'POST', url, type: 'text/plain', body, again: false });
    return JSON.parse(text) as object;
  }

  #codeOf(error: unknown): string {
    if (error instanceof BadAnswer) return (JSON.parse(error.text) as { error: { code: string } }).error.code;
    this.#options.tally.now.cut += 1;
    return 'cut';
  }
}
