/**
 * The site's JSON API, asked over HTTP: so many connections and no more, so many waiting, one deadline over all
 * tries, another try only where that is safe, and none while the site is down.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../backoff.ts';
import { CallSite } from '../call-site.ts';
import type { ApiConfig } from '../config/schema.ts';
import type { Log } from '../log.ts';
import { collectOnScrape, metrics } from '../metrics.ts';
import { Turns } from '../turns.ts';
import { objectOf, type JsonObject } from './api-answer.ts';
import { exchange } from './api-exchange.ts';
import { ApiFault } from './api-fault.ts';
import { ApiTelling } from './api-telling.ts';
import { Breaker } from './breaker.ts';
import { RetryBudget } from './retry-budget.ts';

/** Milliseconds that a connection is kept unused: below the five seconds after which Apache and Node close it. */
const IDLE = 4000;
const BACKOFF = { base: 50, most: 1000 };

export interface ApiQuestion {
  /** What is asked, for logs: no id of anybody. */
  readonly about: string;
  readonly method: 'GET' | 'POST';
  /** Below the base address, encoded. */
  readonly path: string;
  readonly body?: JsonObject;
  /**
   * Asked once: not again when the site can have got it, and on a connection of its own, as one that was kept may be
   * closed by the site at that very moment, and nobody could say whether it was got.
   */
  readonly once?: boolean;
}

export class ApiClient {
  readonly #name: string;
  readonly #config: ApiConfig;
  readonly #url: URL;
  readonly #deadline: number;
  readonly #kept: HttpAgent;
  readonly #unkept: HttpAgent;
  readonly #turns: Turns;
  readonly #breaker: Breaker;
  readonly #budget = new RetryBudget();
  readonly #telling: ApiTelling;
  readonly #log: Log;
  #closed = false;

  /**
   * Opens no connection yet. `name` stands in metrics and logs.
   *
   * @param deadline seconds for an answer, all tries together.
   */
  constructor(name: string, config: ApiConfig, deadline: number, log: Log) {
    this.#name = name;
    this.#config = config;
    this.#url = new URL(config.url);
    this.#deadline = deadline * 1000;
    this.#log = log.child({ api: name });
    const { connections, queue, breaker } = config;
    // Neither ever has more than the turns allow.
    const Agent = this.#url.protocol === 'https:' ? HttpsAgent : HttpAgent;
    this.#kept = new Agent({ keepAlive: true, maxFreeSockets: connections, timeout: IDLE });
    this.#unkept = new Agent({ keepAlive: false });
    this.#turns = new Turns(connections, queue);
    this.#breaker = new Breaker({
      failures: breaker.failures,
      pause: breaker.pause * 1000,
      clock: () => performance.now(),
      random: Math.random,
    });
    this.#telling = new ApiTelling(name, this.#turns, this.#log);
    metrics.poolLimit.set({ pool: name }, connections);
    metrics.poolWaitingLimit.set({ pool: name }, queue);
    collectOnScrape(() => this.#telling.gauge([this.#kept, this.#unkept], this.#breaker.state));
  }

  /**
   * The object that the site answers; undefined for 404: there is no such thing.
   *
   * @throws ApiFault when there is no answer, or none that can be used.
   */
  async ask(question: ApiQuestion): Promise<JsonObject | undefined> {
    const end = performance.now() + this.#deadline;
    const site = new CallSite();
    this.#budget.asked();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#inTurn(question, end);
      } catch (error) {
        if (!this.#closed) this.#telling.tell(error, site);
        const pause = backoff(attempt, Math.random(), BACKOFF);
        const inTime = performance.now() + pause < end;
        if (!inTime || attempt >= this.#config.retries || !this.#mayAskAgain(question, error)) throw error;
        await sleep(pause);
      }
    }
  }

  /** Ends all connections; questions under way are told so. */
  close(): Promise<void> {
    this.#closed = true;
    this.#kept.destroy();
    this.#unkept.destroy();
    return Promise.resolve();
  }

  #mayAskAgain({ once = false }: ApiQuestion, error: unknown): boolean {
    if (!(error instanceof ApiFault) || !error.isPassing || this.#closed) return false;
    return !(once && error.sent) && this.#budget.spend();
  }

  async #inTurn(question: ApiQuestion, end: number): Promise<JsonObject | undefined> {
    const started = performance.now();
    const turn = await this.#turns.take(end - started);
    if (turn !== 'taken') throw this.#telling.noTurn(turn, started);
    metrics.poolWaitSeconds.observe({ pool: this.#name }, (performance.now() - started) / 1000);
    try {
      return await this.#try(question, end);
    } finally {
      this.#turns.give();
    }
  }

  async #try(question: ApiQuestion, end: number): Promise<JsonObject | undefined> {
    if (this.#closed) throw new ApiFault('closed', 'the directory is closed');
    if (!this.#breaker.admits())
      throw this.#telling.counted(new ApiFault('breaker', 'the site failed too often'));
    const task = this.#turns.underWay.begin(question.about);
    try {
      const answer = await this.#exchange(
        question,
        Math.min(this.#config.timeout * 1000, end - performance.now()),
      );
      this.#settle(true);
      this.#telling.wentWell();
      return answer;
    } catch (error) {
      this.#settle(!(error instanceof ApiFault && error.isOutage));
      throw this.#telling.counted(this.#telling.explained(error, task.since));
    } finally {
      this.#turns.underWay.end(task);
      metrics.poolAnswerSeconds.observe({ pool: this.#name }, (performance.now() - task.since) / 1000);
    }
  }

  async #exchange({ method, path, body, once = false }: ApiQuestion, milliseconds: number) {
    const answer = await exchange({
      url: this.#url,
      method,
      path,
      secret: this.#config.secret,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      agent: once ? this.#unkept : this.#kept,
      milliseconds,
    });
    return objectOf(answer);
  }

  #settle(well: boolean): void {
    const before = this.#breaker.state;
    if (well) this.#breaker.succeeded();
    else this.#breaker.failed();
    const { state } = this.#breaker;
    if (state === before) return;
    if (state === 'open') this.#log.event('site-api-left-in-peace');
    else this.#log.event('site-api-back');
  }
}
