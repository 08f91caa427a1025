/** Numbered messages from one client to another, one every 2 ms, with the times of each. */
import { performance } from 'node:perf_hooks';
import type { Tag, TagClient } from './tag-client.ts';

const EVERY = 2;

export class StreamOfMessages {
  /** The number of the last message that arrived, and when. */
  last = { id: -1, at: 0 };
  /** The number of the last message that came back as an error. */
  refused = -1;
  readonly #sentAt: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(from: TagClient, to: TagClient) {
    listen(to, ({ attrs }) => {
      if (attrs.includes("type='chat'")) this.last = { id: idOf(attrs), at: performance.now() };
    });
    listen(from, ({ attrs }) => {
      if (attrs.includes("type='error'")) this.refused = idOf(attrs);
    });
    this.#timer = setInterval(() => {
      from.say(to.address, this.#sentAt.push(performance.now()) - 1);
    }, EVERY);
  }

  get sent(): number {
    return this.#sentAt.length;
  }

  sentAt(id: number): number {
    return this.#sentAt[id] ?? NaN;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function listen(client: TagClient, take: (tag: Tag) => void): void {
  const before = client.onTag;
  client.onTag = (tag) => {
    before(tag);
    if (tag.name === 'message') take(tag);
  };
}

function idOf(attrs: string): number {
  return Number(/ id='(\d+)'/.exec(attrs)?.[1] ?? NaN);
}
