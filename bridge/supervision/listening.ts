/**
 * A listening socket that no worker owns: each gets it as an open file, and while there is none, or one more, those
 * who call wait in its queue. The supervisor must not accept from it; only Node's own cluster module can make such a
 * socket, by a function of `net` that is not documented.
 */
import { lookup } from 'node:dns/promises';
import net from 'node:net';

export interface Listening {
  /** An open file of this process. */
  readonly file: number;
}

interface Handle {
  readonly fd: number;
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

/** @throws Error when the address is taken, or is none of this machine */
export async function listeningSocket({ host, port }: { host: string; port: number }): Promise<Listening> {
  const { address, family } = await lookup(host);
  const create = (net as unknown as { _createServerHandle?: CreateHandle })._createServerHandle;
  if (create === undefined) throw new Error('this release of Node has no sockets to share between processes');
  const handle = create(address, port, family, -1, 0);
  const name: { port?: number } = {};
  // One that is taken is told late: it has no address then.
  if (typeof handle === 'number' || handle.getsockname(name) !== 0 || name.port !== port)
    throw Object.assign(new Error(`${host}:${port} can't be listened at`), { code: 'EADDRINUSE', port });
  handles.push(handle);
  return { file: handle.fd };
}
