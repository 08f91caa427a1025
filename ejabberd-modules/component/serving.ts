/** Questions in, answers out: so many look-ups at once, so many waiting, and a clear refusal for the rest. */
import type { Element } from '@xmpp/xml';
import type { Config } from '../../bridge/config/schema.ts';
import type { Log } from '../../bridge/log.ts';
import { metrics } from '../../bridge/metrics.ts';
import { DirectoryUnavailable, type Directory } from '../../bridge/site/directory.ts';
import { Turns } from '../../bridge/turns.ts';
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
const FULL: Refusal = { condition: 'resource-constraint', type: 'wait' };
const NO_ANSWER: Refusal = { condition: 'remote-server-timeout', type: 'wait' };

export class Serving {
  readonly #options: ServingOptions;
  readonly #turns: Turns;

  constructor(options: ServingOptions) {
    this.#options = options;
    this.#turns = new Turns(options.config.concurrency, options.config.queue);
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
    const turn = await this.#turns.take(config.timeout * 1000);
    const answer = turn === 'taken' ? await this.#lookUp(question) : FULL;
    if (turn === 'taken') this.#turns.give();
    const outcome = 'condition' in answer ? answer.condition : 'ok';
    metrics.component.inc({ question: question.name, outcome });
    send('condition' in answer ? errorFor(stanza, answer) : resultFor(stanza, answer));
  }

  async #lookUp(question: Question): Promise<Element | Refusal> {
    const { directory, domain, log } = this.#options;
    try {
      return await answerOf(question, directory, domain);
    } catch (error) {
      log.error({ err: error, user: question.user }, 'no answer for ejabberd');
      if (error instanceof DirectoryUnavailable) return NO_ANSWER;
      return FULL;
    }
  }
}
