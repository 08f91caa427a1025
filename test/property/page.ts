/**
 * A page that does only what docs/protocol.md asks of a client: it applies events that are new to it, goes on with
 * the cursor, and connects again when it is told `gone`. It polls when it is told to, so that a test can lose,
 * double and cut its calls. What no client could put up with is a violation.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '../../bridge/protocol/events.ts';
import { call, Refused, Tab, type Answer } from '../support/tab.ts';

/** What the test is there to find. */
export class Violation extends Error {
  override name = 'Violation';
}

/** How often it connects, and milliseconds between two tries. */
const [TRIES, PAUSE] = [40, 250];

export class Page {
  readonly name = randomUUID().slice(0, 8);
  readonly #url: string;
  readonly #user: string;
  readonly #token: () => Promise<string>;
  #tab: Tab;
  #connecting: Promise<void> | undefined;
  #following: Promise<void> | undefined;
  #fault: Error | undefined;
  #ended = false;

  constructor(url: string, user: string, token: () => Promise<string>) {
    [this.#url, this.#user, this.#token] = [url, user, token];
    this.#tab = new Tab(url, user);
  }

  /** What it shows now. */
  get tab(): Tab {
    return this.#tab;
  }

  /** Loads the page: the first time with a token, then with the tab that it had. */
  load(): Promise<void> {
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined));
    return this.#connecting;
  }

  /** A session on its way to another worker is `unavailable` for a moment: the page tries again, as the client does. */
  async #connect(): Promise<void> {
    for (let tries = 1; ; tries += 1)
      try {
        await this.#connectOnce();
        return;
      } catch (error) {
        if (!(error instanceof Refused) || error.code !== 'unavailable' || tries >= TRIES) throw error;
        await sleep(PAUSE);
      }
  }

  async #connectOnce(): Promise<void> {
    const before = this.#tab;
    const next = new Tab(this.#url, this.#user);
    try {
      await next.connect(before.id === '' ? { token: await this.#token() } : { tab: before.id });
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'gone') throw error;
      await next.connect({ token: await this.#token() });
    }
    this.#tab = next;
  }

  /** @param signal the answer is lost when it is aborted */
  async poll(signal?: AbortSignal): Promise<void> {
    const { tab } = this;
    const { cursor } = tab;
    const query = new URLSearchParams({ u: this.#user, tab: tab.id, cursor });
    const response = await fetch(`${this.#url}/v1/poll?${query.toString()}`, { signal: signal ?? null });
    const answer = (await response.json()) as Answer;
    if (tab !== this.#tab || this.#ended) return; // loaded anew meanwhile: what an old page was told is gone with it
    if (!answer.ok) return this.#refused(answer);
    if (answer['superseded'] === true) return;
    checkFollows(cursor, answer);
    if (numberOf(String(answer['cursor'])) >= numberOf(tab.cursor)) tab.take(answer);
  }

  async #refused(answer: Answer): Promise<void> {
    if (answer.error?.code !== 'gone') throw new Violation(`poll: ${JSON.stringify(answer.error)}`);
    await this.load();
  }

  /** Reads by Server-Sent Events until `signal`, then goes on by polls. */
  async stream(signal: AbortSignal): Promise<void> {
    const { tab } = this;
    await tab.stream().catch(async (error: unknown) => {
      if ((error as Error).name === 'AbortError') return; // with another stream of this page
      if (!(error instanceof Refused) || error.code !== 'gone') throw error;
      await this.load();
    });
    if (!signal.aborted) await once(signal, 'abort');
    await tab.stop();
  }

  /** Polls until the page is closed. */
  follow(): void {
    this.#following = (async () => {
      while (!this.#ended) await this.poll();
    })();
    this.#following.catch((fault: unknown) => (this.#fault = fault as Error));
  }

  /** @throws what went wrong while it followed */
  mustFollow(): void {
    if (this.#fault !== undefined) throw this.#fault;
  }

  call(name: string, parameters: object): Promise<Answer> {
    return call(this.#url, name, { u: this.#user, tab: this.#tab.id, ...parameters });
  }

  /** As a browser that closes it, or as one that dies. */
  async close(how: 'leave' | 'crash' = 'leave'): Promise<void> {
    this.#ended = true;
    if (how === 'leave') await this.call('leave', {});
    await this.#following?.catch(() => undefined);
  }
}

/** Events after the cursor, in order, each once. Numbers are left out: presence is merged, the newest stays. */
function checkFollows(cursor: string, answer: Answer): void {
  const numbers = (answer['events'] as Event[]).map(({ n }) => n);
  const next = String(answer['cursor']);
  const all = [numberOf(cursor), ...numbers];
  const grows = all.every((n, index) => index === 0 || n > (all[index - 1] ?? n));
  const [epoch, nextEpoch] = [cursor, next].map((one) => one.split(':')[0]);
  if (!grows || epoch !== nextEpoch || numberOf(next) < Math.max(...all))
    throw new Violation(`after ${cursor} came ${numbers.join()} and the cursor ${next}`);
}

function numberOf(cursor: string): number {
  return Number(cursor.split(':')[1]);
}
