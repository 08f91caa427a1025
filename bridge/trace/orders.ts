/**
 * The folder of traces: `USER.json` says who is traced, `USER.log` has what was seen. Operators' commands write orders,
 * whole or not at all; the processes of the bridge read them. Whoever may use the folder may use its files.
 */
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import { runDir } from '../supervision/run-dir.ts';
import { fileNameOf, isDue, parseOrder, type Order } from './order.ts';

const ORDER = '.json';
/** Bytes of an order at the most, and files of a folder that are looked at. */
const LONGEST = 4096;
const MANY = 1000;

/** Where traces are, and how large they may be. */
export interface TraceFolder {
  readonly dir: string;
  readonly users: number;
  /** Bytes of a trace file. */
  readonly size: number;
}

/** @param settings the settings file: relative folders are told from its own */
export function traceFolder(settings: string, { trace, supervisor }: Config): TraceFolder {
  const dir =
    trace.dir === undefined
      ? join(runDir(settings, supervisor.dir), 'traces')
      : resolve(dirname(resolve(settings)), trace.dir);
  return { dir, users: trace.users, size: trace.size * 1_000_000 };
}

export function logFileOf(dir: string, user: string): string {
  return join(dir, `${fileNameOf(user)}.log`);
}

/** Those that are due, `most` at the most. What is no order is passed over. @throws when the folder can't be read */
export function ordersIn({ dir, users }: TraceFolder): Order[] {
  const names = readdirSync(dir).filter((name) => name.endsWith(ORDER));
  return names
    .slice(0, MANY)
    .flatMap((name) => readOrder(dir, name) ?? [])
    .filter((order) => isDue(order))
    .slice(0, users);
}

/** Nothing but a small file is opened: a pipe would be waited for. */
function readOrder(dir: string, name: string): Order | undefined {
  try {
    const path = join(dir, name);
    const { size } = onlyFile(path);
    const order = size <= LONGEST ? parseOrder(readFileSync(path, 'utf8')) : undefined;
    return order !== undefined && name === fileNameOf(order.user) + ORDER ? order : undefined;
  } catch {
    return undefined; // gone meanwhile, or not to be read
  }
}

function onlyFile(path: string): { size: number } {
  const found = lstatSync(path);
  if (!found.isFile()) throw new Error('not a file');
  return found;
}

/** @throws when the folder can't be made or written */
export function writeOrder(dir: string, order: Order): void {
  makeFolder(dir);
  const path = join(dir, fileNameOf(order.user) + ORDER);
  const fresh = `${path}.${process.pid}.new`;
  writeFileSync(fresh, `${JSON.stringify(order)}\n`, { mode: 0o600 });
  shareWithFolder(fresh, dir);
  renameSync(fresh, path);
}

/** False when there was none. @throws when it can't be taken away */
export function removeOrder(dir: string, user: string): boolean {
  const path = join(dir, fileNameOf(user) + ORDER);
  const was = statSync(path, { throwIfNoEntry: false }) !== undefined;
  rmSync(path, { force: true });
  return was;
}

/** Takes away orders whose time is over. @throws when the folder can't be read */
export function tidy({ dir }: TraceFolder): void {
  for (const name of readdirSync(dir)) {
    const order = name.endsWith(ORDER) ? readOrder(dir, name) : undefined;
    if (order !== undefined && !isDue(order)) rmSync(join(dir, name), { force: true });
  }
}

/** `sudo` must not make it root's: it is for whoever owns the folder above. */
function makeFolder(dir: string): void {
  const made = mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (made === undefined) return;
  for (let folder = dir; folder.length >= made.length; folder = dirname(folder))
    giveTo(folder, dirname(made));
}

function shareWithFolder(path: string, dir: string): void {
  chmodSync(path, fileMode(dir));
  giveTo(path, dir);
}

/** A file's mode: as its folder's, less what files don't need. 0700 makes 0600, 2770 makes 0660. */
export function fileMode(dir: string): number {
  return statSync(dir).mode & 0o660;
}

function giveTo(path: string, owner: string): void {
  if (process.geteuid?.() !== 0) return;
  const { uid, gid } = statSync(owner);
  chownSync(path, uid, gid);
}
