/** The client's address, behind proxies that we trust. */
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/** The last address in X-Forwarded-For that no trusted proxy wrote for itself; without such a proxy, the peer's. */
export function clientAddress(request: IncomingMessage, trusted: ReadonlySet<string>): string {
  const peer = plain(request.socket.remoteAddress ?? '');
  if (!trusted.has(peer)) return peer;
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((part) => plain(part.trim()));
  return forwarded.reverse().find((address) => address !== '' && !trusted.has(address)) ?? peer;
}

/** Whom to count as one: an IPv4 address, or the 64 bits of IPv6 that one customer has at the least (RFC 6177). */
export function clientNetwork(request: IncomingMessage, trusted: ReadonlySet<string>): string {
  return networkOf(clientAddress(request, trusted));
}

export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const [left, right] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  const groups = [...left, ...zeros, ...right].slice(0, 4).map((group) => parseInt(group, 16).toString(16));
  return `${groups.join(':')}::/64`;
}

function groupsOf(part: string): string[] {
  return part === '' ? [] : part.split(':');
}

/** IPv4 as IPv6 sockets show it. */
export function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

/** The largest of some counts by address. */
export function mostOf(counts: ReadonlyMap<string, number>): number {
  let most = 0;
  for (const count of counts.values()) most = Math.max(most, count);
  return most;
}
