/** Ports on the loopback interface. */
import { connect, createServer } from 'node:net';

/**
 * Below the ports that systems give to connections (from 32768 on Linux, 49152 by RFC 6335): else one that was free is
 * somebody's by the time it is used. Each of jest's workers has a range of its own.
 */
const RANGE = 2000;
const FIRST = 12_000 + (Number(process.env['JEST_WORKER_ID'] ?? '0') % 10) * RANGE;
let next = Math.floor(Math.random() * RANGE);

/** A port that nobody listens on at this moment, and that was not given out before. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < RANGE; tries += 1) {
    const port = FIRST + (next++ % RANGE);
    if (await canListen(port)) return port;
  }
  throw new Error(`no port from ${FIRST} to ${FIRST + RANGE - 1} is free on 127.0.0.1`);
}

/** The first of so many ports in a row, as `freePort`. */
export async function freePorts(count: number): Promise<number> {
  for (let tries = 0; tries < 20; tries += 1) {
    const first = await freePort();
    const others = Array.from({ length: count - 1 }, (_, index) => canListen(first + index + 1));
    if ((await Promise.all(others)).every(Boolean)) {
      next += count - 1;
      return first;
    }
  }
  throw new Error(`no ${count} ports in a row are free on 127.0.0.1`);
}

function canListen(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Does anybody accept connections there? */
export function isListening(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const answer = (listening: boolean): void => {
      socket.destroy();
      resolve(listening);
    };
    socket.setTimeout(1000, () => {
      answer(false);
    });
    socket.once('connect', () => {
      answer(true);
    });
    socket.once('error', () => {
      answer(false);
    });
  });
}
