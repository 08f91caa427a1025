/** The server that browsers call, and how a server begins to listen and ends it. */
import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/schema.ts';
import type { Log } from '../log.ts';
import { createApp } from '../web/app.ts';
import { Arrivals } from '../web/arrivals.ts';
import { callingOf } from '../web/calling.ts';
import type { CallContext } from '../web/calls/index.ts';
import { limitConnections } from '../web/connections.ts';
import { Held } from '../web/held.ts';
import { Polls } from '../web/polls.ts';
import { createWebServer } from '../web/server.ts';
import { Streams } from '../web/streams.ts';
import { tokenVerifier } from '../web/token.ts';

/**
 * Connections that wait to be accepted: as many as a reconnect storm brings, and the system allows (Linux:
 * net.core.somaxconn, 4096). It drops the rest, who try again after 1, 3, 7, 15 and 31 seconds. Node's default is 511.
 */
const WAITING = 65_535;

type Served = Omit<CallContext, 'verifyToken' | 'limits'>;

export function webServer(config: Config, log: Log, served: Served): Server {
  const options = { origins: new Set(config.http.origins), limits: config.limits, log };
  const context = { ...served, verifyToken: tokenVerifier(config.token), limits: config.limits };
  const trustedProxies = new Set(config.http.trustedProxies);
  const { limits } = config;
  const held = new Held(limits, trustedProxies);
  const { clock } = served;
  const arrivals = new Arrivals({ perMinute: limits.connectsPerAddress, trustedProxies, clock });
  const reading = { sessions: served.sessions, held, limits, random: Math.random };
  const callable = { context, arrivals, polls: new Polls(reading), streams: new Streams(reading) };
  // From dist/bridge/wiring/ as built.
  const scripts = fileURLToPath(new URL('../../browser', import.meta.url));
  const server = createWebServer(createApp(scripts, log), callingOf(callable, options), limits);
  limitConnections(server, { limits, trustedProxies, log });
  return server;
}

/** @throws Error when the port is taken */
export function listen(
  server: Server,
  where: { host: string; port: number } | { fd: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Of an open file Node takes the backlog from here alone.
    server.listen({ ...where, backlog: WAITING }, WAITING, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Not by its own `close`, which would end connections on which somebody may be calling just now. */
export function stopListening(server: Server): void {
  if (server.listening) NetServer.prototype.close.call(server);
}
