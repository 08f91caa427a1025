/** What an operator's command says to the supervisor, on a socket in the run directory: one word, one answer. */
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Outcome } from './deploy.ts';

/** The supervisor can't be asked: a sentence for a person. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

/** Bytes of a word. */
const LONGEST = 100;

const pathIn = (dir: string): string => join(dir, 'supervisor.sock');

/** Does a supervisor listen in this run directory? What one that was killed has left behind answers nobody. */
export function hasSupervisor(dir: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(pathIn(dir));
    const end = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** @throws Error when it can't be listened there */
export function listenForWords(
  dir: string,
  answers: Readonly<Record<string, () => Promise<Outcome>>>,
): Promise<Server> {
  const path = pathIn(dir);
  rmSync(path, { force: true });
  const server = createServer({ allowHalfOpen: true }, (socket) => void answer(socket, answers));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(server);
    });
  });
}

async function answer(
  socket: Socket,
  answers: Readonly<Record<string, () => Promise<Outcome>>>,
): Promise<void> {
  socket.on('error', () => undefined); // who asked has gone
  const word = await textOf(socket, LONGEST).catch(() => '');
  const work = Object.hasOwn(answers, word) ? answers[word] : undefined;
  const outcome = work === undefined ? { ok: false, text: 'no such command' } : await work();
  socket.end(JSON.stringify(outcome));
}

/**
 * @param patience milliseconds
 * @throws Unreachable
 */
export async function askSupervisor(dir: string, word: string, patience: number): Promise<Outcome> {
  const socket = connect(pathIn(dir));
  const timer = setTimeout(() => socket.destroy(new Error('the supervisor does not answer')), patience);
  try {
    socket.end(word);
    return JSON.parse(await textOf(socket, 100_000)) as Outcome;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isAway = code === 'ENOENT' || code === 'ECONNREFUSED';
    throw new Unreachable(isAway ? `no supervisor listens in ${dir}: is the bridge running?` : message, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** All that the other side says; the socket stays, to be answered on. */
function textOf(socket: Socket, most: number): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (text.length > most) socket.destroy(new Error('too much was said'));
    });
    socket.once('end', () => resolve(text.trim()));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was cut')));
  });
}
