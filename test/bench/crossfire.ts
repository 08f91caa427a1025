/** Pairs of clients that write to each other as fast as they are answered, a few messages under way at a time. */
import { performance } from 'node:perf_hooks';
import type { TagClient } from './tag-client.ts';

const UNDER_WAY = 16;

export type ClientPair = readonly [TagClient, TagClient];

/** Sends and receives `messages`: the seconds that they took. */
export async function crossfire(pairs: readonly ClientPair[], messages: number): Promise<number> {
  const start = performance.now();
  const shots = pairs.flatMap(([a, b]) => [oneWay(a, b), oneWay(b, a)]);
  const each = Math.ceil(messages / shots.length);
  await Promise.all(shots.map((shoot) => shoot(each)));
  return (performance.now() - start) / 1000;
}

/** The next goes out when one has arrived. */
function oneWay(from: TagClient, to: TagClient): (messages: number) => Promise<unknown> {
  return (messages) => {
    let sent = 0;
    let left = messages;
    const next = (): void => {
      if (sent < messages) from.say(to.address, sent++);
    };
    const arrived = to.until(({ name, attrs }) => {
      if (name !== 'message' || !attrs.includes("type='chat'")) return false;
      left -= 1;
      next();
      return left === 0;
    }, `${messages} messages`);
    for (let i = 0; i < UNDER_WAY; i += 1) next();
    return arrived;
  };
}
