/**
 * What an operator's command says to the supervisor or a worker, on a Unix socket in the run directory: one word, with what
 * goes with it, and one answer. The folder is for the bridge's user alone, and so is the socket.
 */
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

/** It can't be asked: a sentence for a person. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

export interface Outcome {
  readonly ok: boolean;
  /** For a person. */
  readonly text: string;
}

/** By word: what to do. `rest` is what stands behind the word. The answer is JSON; a fault's sentence is told. */
export type Words = Readonly<Record<string, (rest: string) => unknown>>;

/** Bytes of a word with what goes with it, and of an answer. */
const LONGEST_WORD = 500;
const LONGEST_ANSWER = 4_000_000;
/** Milliseconds in which a word has to be said. */
const SAID_WITHIN = 5000;

export const supervisorSocket = (dir: string): string => join(dir, 'supervisor.sock');
/** Of a worker, in the folder of its place. */
export const adminSocket = (dir: string, pid: number): string => join(dir, `admin-${pid}.sock`);

/** Does a supervisor listen in this run directory? What one that was killed has left behind answers nobody. */
export function hasSupervisor(dir: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(supervisorSocket(dir));
    const end = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** @throws Error when it can't be listened there */
export function listenForWords(path: string, words: Words): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer({ allowHalfOpen: true }, (socket) => void answer(socket, words));
  server.maxConnections = 20;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(server);
    });
  });
}

async function answer(socket: Socket, words: Words): Promise<void> {
  socket.on('error', () => undefined); // who asked has gone
  socket.setTimeout(SAID_WITHIN, () => socket.destroy());
  const said = await textOf(socket, LONGEST_WORD).catch(() => undefined);
  if (said === undefined) return;
  socket.setTimeout(0);
  socket.end(JSON.stringify(await outcomeOf(said, words)));
}

async function outcomeOf(said: string, words: Words): Promise<unknown> {
  const [word = '', ...rest] = said.split(' ');
  const work = Object.hasOwn(words, word) ? words[word] : undefined;
  if (work === undefined) return { ok: false, text: 'no such command' };
  try {
    return await work(rest.join(' '));
  } catch (error) {
    return { ok: false, text: (error as Error).message };
  }
}

/**
 * @param patience milliseconds
 * @throws Unreachable
 */
export async function ask(path: string, said: string, patience: number): Promise<unknown> {
  const socket = connect(path);
  const timer = setTimeout(() => socket.destroy(new Error('the bridge does not answer')), patience);
  try {
    socket.end(said);
    const answer = await textOf(socket, LONGEST_ANSWER);
    if (answer === '') throw new Error('the bridge has gone without an answer');
    return JSON.parse(answer) as unknown;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isAway = code === 'ENOENT' || code === 'ECONNREFUSED';
    throw new Unreachable(isAway ? `nobody listens at ${path}: is the bridge running?` : message, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** @throws Unreachable */
export async function askSupervisor(dir: string, word: string, patience: number): Promise<Outcome> {
  return (await ask(supervisorSocket(dir), word, patience)) as Outcome;
}

/** All that the other side says; the socket stays, to be answered on. */
function textOf(socket: Socket, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > most) socket.destroy(new Error('too much was said'));
    });
    socket.once('end', () => resolve(Buffer.concat(chunks).toString('utf8').trim()));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was cut')));
  });
}
