/**
 * A listening socket that no worker owns: each gets it as an open file, and while there is none, or one more, those
 * who call wait in its queue. The supervisor must not accept from it; only Node's own cluster module can make such a
 * socket, by a function of `net` that is not documented.
 */
import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Listening {
  /** An open file of this process. */
  readonly file: number;
}

interface Handle {
  readonly fd: number;
  close(): void;
  getsockname(out: { port?: number }): number;
}

type CreateHandle = (
  address: string,
  port: number,
  family: number,
  file: number,
  flags: number,
) => Handle | number;

/** Kept from the garbage collector, which would close them. */
const handles: Handle[] = [];

/** Times and milliseconds: the workers of a supervisor that was killed are about to end, and let go of it. */
const TRIES = 12;
const PAUSE = 250;

/** @throws Error when the address stays taken, or is none of this machine */
export async function listeningSocket({ host, port }: { host: string; port: number }): Promise<Listening> {
  const { address, family } = await lookup(host);
  for (let tries = 1; ; tries += 1) {
    const handle = bound(address, port, family);
    if (handle !== undefined) {
      handles.push(handle);
      return { file: handle.fd };
    }
    if (tries === TRIES)
      throw Object.assign(new Error(`${host}:${port} can't be listened at`), { code: 'EADDRINUSE', port });
    await sleep(PAUSE);
  }
}

/** Undefined when it is taken, which a handle tells late: it has no address then. */
function bound(address: string, port: number, family: number): Handle | undefined {
  const create = (net as unknown as { _createServerHandle?: CreateHandle })._createServerHandle;
  if (create === undefined) throw new Error('this release of Node has no sockets to share between processes');
  const handle = create(address, port, family, -1, 0);
  if (typeof handle === 'number') return undefined;
  const name: { port?: number } = {};
  if (handle.getsockname(name) === 0 && name.port === port) return handle;
  handle.close();
  return undefined;
}
