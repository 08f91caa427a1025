/** Stanzas that may be left out: typing, receipts, markers. They give way to messages. */
import type { Element } from '@xmpp/xml';
import type { Stream } from './stream.ts';
import { StreamError } from './stream-error.ts';

export interface DroppableOptions {
  readonly stream: () => Stream;
  /** Stanzas sent and not acknowledged, at the most: half of them may be such. */
  readonly queue: number;
  readonly onFull: (what: 'notice') => void;
}

export class Droppable {
  readonly #options: DroppableOptions;

  constructor({ stream, queue, onFull }: DroppableOptions) {
    this.#options = { stream, queue, onFull };
  }

  /** A stream that is down, or does not get on, drops it. Returns whether it was sent. */
  send(stanza: Element): boolean {
    const { queue, onFull } = this.#options;
    const stream = this.#options.stream();
    if (!stream.up) return false;
    if (stream.unacknowledged > queue / 2) {
      onFull('notice');
      return false;
    }
    try {
      stream.send(stanza);
      return true;
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      return false;
    }
  }
}
