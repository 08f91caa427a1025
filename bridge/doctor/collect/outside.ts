/** What is seen from outside: the ports, as a client sees them, and a session, as the bridge has it. */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';
import type { Config } from '../../config/schema.ts';
import { probe } from '../../xmpp/probe.ts';
import { streamFeatures } from '../../xmpp/stream-features.ts';
import { mintTicket } from '../../xmpp/ticket.ts';
import { isLoopback } from '../access.ts';
import { reasonOf } from '../cannot-look.ts';
import { isOn, type EjabberdSettings, type Listener } from '../ejabberd-settings.ts';
import type { Door, Login, Seen } from '../facts.ts';
import { seen } from './running.ts';

/** Milliseconds for a port to say what it offers. */
const TIMEOUT = 5000;
/** Stanzas of one probe. */
const QUEUE = 50;
const EVERYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Listeners on this machine are looked at where they listen; those of another, at the bridge's xmpp.host. */
export function lookAtDoors(config: Config, ejabberd: EjabberdSettings, isLocal: boolean): Promise<Door[]> {
  const listeners = ejabberd.listening('ejabberd_c2s').filter(({ ip }) => !ip.startsWith('unix:'));
  return Promise.all(
    listeners.map(async (listener) => ({
      port: listener.port,
      features: await seen(() => look(config, listener, isLocal)),
    })),
  );
}

function look(
  { xmpp, domain }: Config,
  { port, ip, options }: Listener,
  isLocal: boolean,
): ReturnType<typeof streamFeatures> {
  const host = isLocal ? (EVERYWHERE[ip] ?? ip) : xmpp.host;
  return streamFeatures({ host, port, domain, directTls: isOn(options['tls']), timeout: TIMEOUT });
}

/** Of the bridge, when this is its machine; `xmpp.host` may be a name, and a machine has several addresses. */
export function ownAddress({ xmpp: { host, port } }: Config): Promise<Seen<string>> {
  return seen(async () => {
    if (isLoopback(host)) return isIPv6(host) ? host : '127.0.0.1';
    const socket = connect({ host, port });
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(TIMEOUT) });
      return socket.localAddress ?? '';
    } finally {
      socket.destroy();
    }
  });
}

/** A ticket opens the door for any id, so `user` needs no account; and the door must stay shut for a forged one. */
export async function tryLogin(config: Config, user: string): Promise<Seen<Login>> {
  const forged = { ...config.ticket, secret: randomBytes(32).toString('hex') };
  try {
    const found = await probe(session(config, user, config.ticket));
    return { seen: { probe: found, refusesForged: !(await entersWith(config, user, forged)) } };
  } catch (error) {
    return { unseen: reasonOf(error) };
  }
}

async function entersWith(config: Config, user: string, ticket: Config['ticket']): Promise<boolean> {
  try {
    await probe(session(config, user, ticket));
    return true;
  } catch {
    return false; // refused, as it should be
  }
}

function session(
  { xmpp, domain }: Config,
  user: string,
  ticket: Config['ticket'],
): Parameters<typeof probe>[0] {
  return {
    host: xmpp.host,
    port: xmpp.port,
    tls: xmpp.tls,
    domain,
    localPart: user,
    resource: `doctor-${randomUUID()}`,
    timeout: xmpp.timeout * 1000,
    resumeTimeout: 0,
    queue: QUEUE,
    credential: () => mintTicket(ticket, user),
  };
}
