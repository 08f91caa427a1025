/** The load, in a process of its own: opens tabs, sends, and counts what arrives, as it is told by load-process.ts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../../support/random.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { BoshTab } from './bosh-tab.ts';
import { BridgeTab } from './bridge-tab.ts';
import { Deliveries, type Counted, type Place } from './deliveries.ts';
import { closeConnections } from './keep-alive.ts';
import type { Address, LoadTab, OpenTab } from './load-tab.ts';
import type { Order, Talk } from './orders.ts';

/** Tabs that are being opened at once. */
const AT_ONCE = 10;
/** Milliseconds for the last message to arrive. */
const PATIENCE = 60_000;

const OPEN: Readonly<Record<Address['variant'], OpenTab>> = {
  poll: (...given) => BridgeTab.open('poll', ...given),
  stream: (...given) => BridgeTab.open('stream', ...given),
  bosh: (...given) => BoshTab.open(...given),
};

const tabs = new Map<string, LoadTab[]>();
const lost: Error[] = [];
let deliveries = new Deliveries(0);

async function open(address: Address, users: readonly string[], numbers: readonly number[]): Promise<void> {
  const left = numbers.flatMap((tab) => users.map((user): Place => ({ user, tab }))).reverse();
  const worker = async (): Promise<void> => {
    for (let place = left.pop(); place !== undefined; place = left.pop()) await openOne(address, place);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function openOne(address: Address, place: Place): Promise<void> {
  const tab = await OPEN[address.variant](address, place.user, {
    arrived: (texts) => texts.forEach((text) => deliveries.arrived(place, text)),
    receipts: (count) => deliveries.receipts(count),
    lost: (error) => lost.push(error),
  });
  const mine = tabs.get(place.user) ?? [];
  mine[place.tab] = tab;
  tabs.set(place.user, mine);
}

/** At an even pace: who is behind sends at once. */
async function talk({ address, friendsOf, tabs: count, rate, seconds, seed }: Talk): Promise<Counted> {
  deliveries = new Deliveries(count);
  const people = Object.keys(friendsOf);
  const random = randomFrom(seed);
  const pick = <T>(some: readonly T[]): T | undefined => some[Math.floor(random() * some.length)];
  const start = performance.now();
  const sending: Promise<void>[] = [];
  for (let sent = 0; sent < rate * seconds; sent += 1) {
    await sleep(start + (sent * 1000) / rate - performance.now());
    const from = { user: pick(people) ?? '', tab: Math.floor(random() * count) };
    sending.push(say(address, from, pick(friendsOf[from.user] ?? []) ?? ''));
  }
  await Promise.all(sending);
  const withReceipts = address.receipts || address.variant !== 'bosh';
  const isOver = (): boolean => deliveries.isComplete(withReceipts) || lost.length > 0;
  await waitUntil('all messages to arrive', isOver, { timeout: PATIENCE }).catch(() => undefined); // the count tells
  await sleep(200); // what comes twice comes late
  return deliveries.counted;
}

/** A page that speaks XMPP shows its own message itself: the server sends it to the other tabs alone. */
async function say({ variant }: Address, from: Place, to: string): Promise<void> {
  const text = deliveries.send(from, to);
  if (variant === 'bosh') deliveries.arrived(from, text);
  await tabs.get(from.user)?.[from.tab]?.say(to, text);
}

function close(): void {
  for (const mine of tabs.values()) mine.forEach((tab) => tab.close());
  closeConnections();
  process.disconnect();
}

async function obey(order: Order): Promise<Counted | undefined> {
  if (order.name === 'open') await open(order.address, order.users, order.numbers);
  else if (order.name === 'talk') return talk(order.talk);
  return undefined;
}

process.on('message', (order: Order) => {
  if (order.name === 'close') close();
  else
    obey(order)
      .then((counted) => {
        if (lost[0] !== undefined) throw new Error(`${lost.length} tabs are lost`, { cause: lost[0] });
        process.send?.({ counted });
      })
      .catch((error: unknown) => process.send?.({ fault: words(error) }));
});

function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${words(error.cause)}`;
}
