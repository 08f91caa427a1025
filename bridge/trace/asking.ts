/** What an operator may ask about traces, on the command line or with ejabberdctl: add, list, remove. */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { secondsIn } from '../duration.ts';
import { isUserId } from '../user-id.ts';
import type { Order } from './order.ts';
import { logFileOf, ordersIn, removeOrder, tidy, writeOrder, type TraceFolder } from './orders.ts';

/** It can't be done as it was asked: a sentence for a person. */
export class TraceRefused extends Error {
  override name = 'TraceRefused';
}

export interface TraceStatus extends Order {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
}

/** Seconds of `30s`, `10m`, `2h`, `1d`. @throws TraceRefused */
export function secondsOf(text: string): number {
  const seconds = secondsIn(text);
  if (seconds === undefined)
    throw new TraceRefused('for how long: a number with s, m, h or d, as in 10m; 1d is the longest');
  return seconds;
}

/** Begins a trace, or goes on with one in another way. @throws TraceRefused, or when the folder can't be written */
export function addTrace(
  folder: TraceFolder,
  { user, seconds, bodies }: { user: string; seconds: number; bodies: boolean },
): TraceStatus {
  if (!isUserId(user)) throw new TraceRefused('that is no user id: name the user as the site does');
  const orders = readOrders(folder);
  const others = orders.filter((order) => order.user !== user);
  if (others.length >= folder.users)
    throw new TraceRefused(
      `${others.length} users are traced, which is as many as may be (trace.users): remove one`,
    );
  const until = new Date(Date.now() + seconds * 1000).toISOString();
  const { trace = randomBytes(4).toString('hex') } = orders.find((order) => order.user === user) ?? {};
  const order = { trace, user, until, bodies };
  writeOrder(folder.dir, order);
  tidy(folder);
  return statusOf(folder, order);
}

/** Those that are due. @throws when the folder can't be read */
export function listTraces(folder: TraceFolder): TraceStatus[] {
  return readOrders(folder).map((order) => statusOf(folder, order));
}

/** False when there was none. The file with its lines stays. @throws when it can't be taken away */
export function removeTrace({ dir }: TraceFolder, user: string): boolean {
  return removeOrder(dir, user);
}

/** No folder yet: nobody has been traced. */
function readOrders(folder: TraceFolder): Order[] {
  try {
    return ordersIn(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function statusOf({ dir }: TraceFolder, order: Order): TraceStatus {
  const file = logFileOf(dir, order.user);
  return { ...order, file, size: statSync(file, { throwIfNoEntry: false })?.size ?? 0 };
}
