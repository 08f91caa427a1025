/** The client's address, behind proxies that we trust. */
import type { IncomingMessage } from 'node:http';

/** The last address in X-Forwarded-For that no trusted proxy wrote for itself; without such a proxy, the peer's. */
export function clientAddress(request: IncomingMessage, trusted: ReadonlySet<string>): string {
  const peer = plain(request.socket.remoteAddress ?? '');
  if (!trusted.has(peer)) return peer;
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((part) => plain(part.trim()));
  return forwarded.reverse().find((address) => address !== '' && !trusted.has(address)) ?? peer;
}

/** IPv4 as IPv6 sockets show it. */
function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
