/** Questions in, answers out: so many look-ups at once, so many waiting, and a clear refusal for the rest. */
import type { Element } from '@xmpp/xml';
import type { Config } from '../../bridge/config/schema.ts';
import type { Log } from '../../bridge/log.ts';
import { collectOnScrape, fromZero, metrics } from '../../bridge/metrics.ts';
import { DirectoryUnavailable, type Directory } from '../../bridge/site/directory.ts';
import { Seldom } from '../../bridge/seldom.ts';
import { Turns } from '../../bridge/turns.ts';
import { NoTurn } from '../../bridge/waited.ts';
import {
  answerOf,
  errorFor,
  questionOf,
  resultFor,
  wantsAnswer,
  type Question,
  type Refusal,
} from './answers.ts';

export interface ServingOptions {
  readonly domain: string;
  readonly directory: Directory;
  readonly config: Config['component'];
  readonly log: Log;
  readonly send: (stanza: Element) => void;
}

const NOT_OURS: Refusal = { condition: 'service-unavailable', type: 'cancel' };
const NOBODY: Refusal = { condition: 'item-not-found', type: 'cancel' };
const FULL: Refusal = { condition: 'resource-constraint', type: 'wait' };
const NO_ANSWER: Refusal = { condition: 'remote-server-timeout', type: 'wait' };

export class Serving {
  readonly #options: ServingOptions;
  readonly #turns: Turns;
  readonly #late = new Seldom();

  constructor(options: ServingOptions) {
    this.#options = options;
    const { concurrency, queue } = options.config;
    this.#turns = new Turns(concurrency, queue, { used: 'questions', waiting: 'question-queue' });
    for (const { condition } of [FULL, NO_ANSWER])
      fromZero(metrics.component, { question: 'roster', outcome: condition });
    collectOnScrape(() => {
      metrics.componentQuestions.set({ state: 'answering' }, this.#turns.used);
      metrics.componentQuestions.set({ state: 'waiting' }, this.#turns.waiting);
    });
  }

  take(stanza: Element): void {
    if (!wantsAnswer(stanza)) return;
    const question = questionOf(stanza, this.#options.domain);
    if (question === undefined) this.#options.send(errorFor(stanza, NOT_OURS));
    else void this.#answer(stanza, question);
  }

  /** Nobody waits longer than `timeout`: the queue and the look-up share it. */
  async #answer(stanza: Element, question: Question): Promise<void> {
    const { send, config } = this.#options;
    const started = performance.now();
    const turn = await this.#turns.take(config.timeout * 1000);
    const answer = turn === 'taken' ? await this.#inTime(started, question) : this.#noTurn(started, question);
    const outcome = 'condition' in answer ? answer.condition : 'ok';
    metrics.component.inc({ question: question.name, outcome });
    metrics.componentSeconds.observe({ question: question.name }, (performance.now() - started) / 1000);
    this.#options.log.traceOf(question.user)?.line('roster-asked', {
      outcome,
      ...('condition' in answer ? {} : { friends: answer.children.length }),
      ms: Math.round(performance.now() - started),
      stanza: stanza.attrs['id'] as unknown,
    });
    send('condition' in answer ? errorFor(stanza, answer) : resultFor(stanza, answer));
  }

  #noTurn(started: number, question: Question): Refusal {
    this.#tellLate('its turn', started, question);
    return FULL;
  }

  async #inTime(started: number, question: Question): Promise<Element | Refusal> {
    const end = started + this.#options.config.timeout * 1000;
    const answer = await before(end, this.#lookUpInTurn(question));
    if (answer !== undefined) return answer;
    this.#tellLate('the site', started, question);
    return NO_ANSWER;
  }

  /** The stack is of no use here: nobody asks but ejabberd. */
  #tellLate(waitedFor: string, started: number, { user }: Question): void {
    const alsoSince = this.#late.due();
    if (alsoSince === undefined) return;
    const err = new NoTurn(waitedFor, (performance.now() - started) / 1000, this.#turns.state);
    this.#options.log.event('component-no-answer', { err, user, alsoSince });
  }

  /** The turn lasts as long as the look-up does, also when nobody waits for it any more. */
  async #lookUpInTurn(question: Question): Promise<Element | Refusal> {
    const task = this.#turns.underWay.begin(question.name);
    try {
      return await this.#lookUp(question);
    } finally {
      this.#turns.give();
      this.#turns.underWay.end(task);
    }
  }

  async #lookUp(question: Question): Promise<Element | Refusal> {
    const { directory, domain, log } = this.#options;
    try {
      return (await answerOf(question, directory, domain)) ?? NOBODY;
    } catch (error) {
      log.event('component-no-answer', { err: error, user: question.user });
      if (error instanceof DirectoryUnavailable) return NO_ANSWER;
      return FULL;
    }
  }
}

/** The answer; undefined when there was none in time: what comes after that is nobody's. */
async function before<T>(end: number, answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, end - performance.now()), undefined);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
