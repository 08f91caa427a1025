/** The HTTP server: calls on bare node:http (four times as many a core as through Express), the scripts by Express. */
import { createServer, type Server } from 'node:http';
import type { Express } from 'express';
import type { Limits } from '../config/schema.ts';
import { refuseBroken } from './broken.ts';
import type { Calling } from './calling.ts';

/** One spelling of each address: a proxy's rules about it are for all of them. */
const CALL = /^\/v1\/([^/?]+)(?:\?|$)/;

export function createWebServer(app: Express, call: Calling, limits: Pick<Limits, 'url'>): Server {
  const server = createServer(
    // A head of the longest address and 8 KB of headers; slow senders of either are cut.
    {
      maxHeaderSize: limits.url + 8192,
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      connectionsCheckingInterval: 5000,
      keepAliveTimeout: 65_000,
    },
    (request, response) => {
      const name = CALL.exec(request.url ?? '')?.[1];
      if (name === undefined) app(request, response);
      else void call(name, request, response);
    },
  );
  refuseBroken(server);
  return server;
}
