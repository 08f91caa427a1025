/**
 * What HTTP attacks aim at: a whole stack, and after each of them the bridge's processes are the ones that they
 * were, and nothing is held for anybody.
 */
import { connect, type Socket } from 'node:net';
import { afterEach, beforeAll, expect } from '@jest/globals';
import type { Stack, StackOptions } from '../support/stack.ts';
import { useStack, type Person } from '../support/story.ts';
import { Tab } from '../support/tab.ts';
import { waitUntil } from '../support/wait-until.ts';

export interface Target {
  readonly stack: Stack;
  readonly url: string;
  readonly port: number;
}

export function useTarget(options: Partial<StackOptions> = {}): Target {
  const used = useStack(options);
  let pids: unknown;
  beforeAll(() => {
    pids = used.stack.info.pids;
  });
  afterEach(async () => {
    expect(used.stack.info.pids).toEqual(pids);
    await waitUntil('all that was held to be let go', () => holdsNothing(used.stack));
  });
  return {
    get stack() {
      return used.stack;
    },
    get url() {
      return used.stack.info.bridge.url;
    },
    get port() {
      return Number(new URL(used.stack.info.bridge.url).port);
    },
  };
}

/** All of the bridge's metrics, as text. */
export async function metricsOf({ info }: Stack): Promise<string> {
  return await (await fetch(info.metrics.url)).text();
}

async function holdsNothing(stack: Stack): Promise<boolean> {
  const text = await metricsOf(stack);
  return ['im_polls_held', 'im_streams'].every((name) => new RegExp(`^${name} 0$`, 'm').test(text));
}

/** Connected, and not polling. */
export async function quietTab(person: Person, url: string): Promise<Tab> {
  return new Tab(url, person.id).connect({ token: await person.token() });
}

/** Does the work for each item, `lanes` of them at a time: what it gave, in the order of the items. */
export async function inLanes<T, R>(
  items: readonly T[],
  lanes: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T, at);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

/** A connection of this machine's address to the bridge, without an HTTP library that would mend what is sent. */
export function rawConnection(port: number, localAddress = '127.0.0.1'): Socket {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  socket.on('error', () => undefined); // `close` follows
  return socket;
}

/** Sends bytes: all that comes until the bridge closes, which `Connection: close` asks for. */
export async function exchange(
  port: number,
  bytes: string | Uint8Array,
  localAddress?: string,
): Promise<string> {
  const socket = rawConnection(port, localAddress);
  socket.write(bytes);
  return await heard(socket);
}

/** All that comes until the connection has ended. */
export async function heard(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString('utf8');
}

/** The statuses of the answers in what a connection said. */
export function statusesOf(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
