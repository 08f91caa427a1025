/** Held polls: each is answered once, with events, or when its time is over. */
import type { IncomingMessage } from 'node:http';
import type { Limits } from '../config/schema.ts';
import { CallError } from '../errors.ts';
import type { Sessions } from '../session/sessions.ts';
import type { PollAnswer } from '../session/tab.ts';
import { parseRequest, type Parameters } from '../protocol/requests.ts';
import { answerError, answerJson, answerOk, type Reply } from './answer.ts';
import { countAnswer } from './deliveries.ts';
import type { Held } from './held.ts';

export interface PollsOptions {
  readonly sessions: Sessions;
  readonly held: Held;
  readonly limits: Limits;
  /** In [0, 1). */
  readonly random: () => number;
}

export class Polls {
  readonly #options: PollsOptions;

  constructor(options: PollsOptions) {
    this.#options = options;
  }

  /** Answers now or later. @throws CallError when it can't be held: nothing was begun. */
  hold(request: IncomingMessage, reply: Reply, parameters: Parameters): void {
    const { sessions, held, limits } = this.#options;
    const { u, tab, cursor } = parseRequest('poll', parameters);
    if (sessions.moving.isElsewhere(u)) {
      answerJson(reply, 200, eventsJson({ cursor, events: [], ring: [] }));
      return;
    }
    sessions.find(u, tab); // who is not known here takes up no place
    const release = held.take(request);
    const over = (): void => {
      clearTimeout(timer);
      reply.response.off('close', cancel);
      release();
    };
    const deliver = (what: PollAnswer): void => {
      over();
      answerPoll(reply, what);
      countAnswer('poll', what);
    };
    const cancel = (): void => {
      over();
      takeBack();
    };
    const timer = setTimeout(() => {
      sessions.timeUp(u, tab, deliver);
    }, this.#holdTime(limits.hold));
    reply.response.once('close', cancel);
    const takeBack = begin(() => sessions.poll(u, tab, cursor, deliver), over);
  }

  /** Up to a tenth less at random, so that polls do not come in waves. */
  #holdTime(seconds: number): number {
    return seconds * 1000 * (1 - this.#options.random() / 10);
  }
}

function begin<T>(work: () => T, onFault: () => void): T {
  try {
    return work();
  } catch (error) {
    onFault();
    throw error;
  }
}

function answerPoll(reply: Reply, what: PollAnswer): void {
  if ('superseded' in what) {
    reply.trace?.note({ superseded: true });
    answerOk(reply, { superseded: true });
  } else if ('gone' in what) answerError(reply, new CallError('gone', 'this tab has ended: connect'));
  else {
    const answer = 'moved' in what ? { ...what, events: [], ring: [] } : what;
    reply.trace?.note({ events: answer.events.length, cursor: answer.cursor });
    answerJson(reply, 200, eventsJson(answer));
  }
}

/** The events are JSON already, made once for all tabs. */
function eventsJson({ cursor, events, ring }: Extract<PollAnswer, { ring: unknown }>): string {
  const ringing = ring.length > 0 ? `,"ring":${JSON.stringify(ring)}` : '';
  return `{"ok":true,"cursor":${JSON.stringify(cursor)},"events":[${events.join(',')}]${ringing}}`;
}
