/** How many connections browsers may have: over all, so that files are left for everything else, and of one address. */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Limits } from '../config/schema.ts';
import type { Log } from '../log.ts';
import { metrics, refusedAs, watchBounded } from '../metrics.ts';
import { mostOf, networkOf, plain } from './address.ts';

/** Files for MySQL, the operator's port, logs, and what Node itself has open. */
const RESERVE = 256;
/** Milliseconds beyond `hold`, in which nothing may be said, that nothing moves on a connection until it is closed. */
const SILENCE = 30_000;
/** Of the files that browsers and sessions share, what browsers get when there are fewer than were asked for. */
const SHARE = 2 / 3;

export interface ConnectionsOptions {
  readonly limits: Limits;
  /** They speak for many: the limit by address is not for them. */
  readonly trustedProxies: ReadonlySet<string>;
  readonly log: Log;
}

/** Closes what is too much, as soon as it is accepted. */
export function limitConnections(server: Server, { limits, trustedProxies, log }: ConnectionsOptions): void {
  const most = mostConnections(limits, log);
  server.maxConnections = most;
  server.setTimeout(limits.hold * 1000 + SILENCE); // also who does not read a script is cut
  server.on('drop', () => {
    metrics.connectionsRefused.inc({ reason: 'all' });
    refusedAs('connections');
  });
  const perAddress = new Map<string, number>();
  let open = 0;
  watchBounded('connections', () => open, most);
  watchBounded('connections-of-address', () => mostOf(perAddress), limits.connectionsPerAddress);
  const count = (address: string, change: 1 | -1): number => {
    const now = (perAddress.get(address) ?? 0) + change;
    if (now === 0) perAddress.delete(address);
    else perAddress.set(address, now);
    return now;
  };
  server.on('connection', (socket: Socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
    const peer = plain(socket.remoteAddress ?? '');
    if (trustedProxies.has(peer)) return;
    const address = networkOf(peer);
    socket.once('close', () => count(address, -1));
    if (count(address, 1) <= limits.connectionsPerAddress) return;
    metrics.connectionsRefused.inc({ reason: 'address' });
    refusedAs('connections-of-address');
    socket.destroy();
  });
}

function mostConnections({ connections, sessions }: Limits, log: Log): number {
  const files = openFileLimit();
  if (connections + sessions + RESERVE <= files) return connections;
  const most = Math.min(connections, Math.max(1, Math.floor((files - RESERVE) * SHARE)));
  const needed = connections + sessions + RESERVE;
  log.event('too-few-files', { files, needed, connections: most });
  return most;
}

/** Linux, proc(5): Node raises the soft limit to the hard one when it starts. Elsewhere nobody says. */
function openFileLimit(): number {
  try {
    const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return Number(line?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
}
