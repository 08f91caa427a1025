/** The workers of this machine, found by their sockets in the run directory, and asked. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkerWords } from '../admin/words.ts';
import { loadConfig } from '../config/load.ts';
import { settingsPath, type NamedSettings } from '../config/settings-path.ts';
import type { Config } from '../config/schema.ts';
import { ask, Unreachable, type Outcome } from '../supervision/control.ts';
import { runDir } from '../supervision/run-dir.ts';

export interface Where {
  readonly path: string;
  readonly config: Config;
  readonly dir: string;
}

export interface Worker {
  /** From 1: the first has `http.port`. */
  readonly place: number;
  readonly pid: number;
  readonly socket: string;
}

/** What one of them said, or why not. */
export type Reply<T> = Worker & ({ readonly said: T } | { readonly fault: string });

/** Milliseconds for an answer. */
const PATIENCE = 5000;
const NAME = /^admin-(\d+)\.sock$/;

/** @throws ConfigError */
export function whereOf(named: NamedSettings): Where {
  const path = settingsPath(named);
  const config = loadConfig(path);
  return { path, config, dir: runDir(path, config.supervisor.dir) };
}

/** Asks all of them, or those of one place. @throws Unreachable when nobody is there */
export async function askWorkers<W extends keyof WorkerWords>(
  { dir }: Pick<Where, 'dir'>,
  word: W,
  given: WorkerWords[W]['with'],
  place?: number,
): Promise<Reply<WorkerWords[W]['answer']>[]> {
  const said = given === undefined ? word : `${word} ${JSON.stringify(given)}`;
  const workers = workersIn(dir).filter((worker) => place === undefined || worker.place === place);
  const replies = await Promise.all(workers.map((worker) => replyOf<WorkerWords[W]['answer']>(worker, said)));
  const there = replies.filter((reply) => reply !== undefined);
  if (there.length > 0) return there;
  const which = place === undefined ? 'no worker' : `no worker of place ${place}`;
  throw new Unreachable(`${which} listens in ${dir}: is the bridge running, with these settings?`);
}

/** What those said who said something. @throws Unreachable when nobody did */
export function answersOf<T>(replies: readonly Reply<T>[]): (Worker & { readonly said: T })[] {
  const answers = replies.filter((reply) => 'said' in reply);
  const [first] = replies;
  if (answers.length === 0 && first !== undefined && 'fault' in first) throw new Unreachable(first.fault);
  return answers;
}

/** Undefined for the socket of a worker that is no more. */
async function replyOf<T>(worker: Worker, said: string): Promise<Reply<T> | undefined> {
  try {
    const answer = await ask(worker.socket, said, PATIENCE);
    return isRefusal(answer) ? { ...worker, fault: answer.text } : { ...worker, said: answer as T };
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED' || code === 'ENOENT') return undefined;
    return { ...worker, fault: `worker ${worker.pid}: ${(error as Error).message}` };
  }
}

function isRefusal(answer: unknown): answer is Outcome {
  return (answer as Partial<Outcome> | null)?.ok === false;
}

function workersIn(dir: string): Worker[] {
  const others = names(dir).filter((name) => /^\d+$/.test(name));
  const folders = [{ place: 1, folder: dir }, ...others.map((name) => placeIn(dir, name))];
  return folders
    .flatMap(({ place, folder }) =>
      names(folder).flatMap((name) => {
        const pid = NAME.exec(name)?.[1];
        return pid === undefined ? [] : [{ place, pid: Number(pid), socket: join(folder, name) }];
      }),
    )
    .sort((a, b) => a.place - b.place || a.pid - b.pid);
}

const placeIn = (dir: string, name: string): { place: number; folder: string } => ({
  place: Number(name),
  folder: join(dir, name),
});

/** @throws Unreachable when it may not be read */
function names(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new Unreachable(`${dir} can't be read (${code ?? 'error'}): run this as the bridge's user`);
  }
}
