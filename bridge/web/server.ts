/** The HTTP server: polls on bare node:http (four times as many a core as through Express), all else by Express. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Express } from 'express';
import { handle, type HandleOptions } from './handle.ts';
import { MAX_URL } from './input.ts';
import type { Polls } from './polls.ts';

const POLL = /^\/v1\/poll(?:\?|$)/;

export function createWebServer(app: Express, polls: Polls, options: HandleOptions): Server {
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (!POLL.test(request.url ?? '')) {
      app(request, response);
      return;
    }
    void handle('poll', request, response, options, (parameters, reply) => {
      polls.hold(request, reply, parameters);
      return undefined;
    });
  };
  const server = createServer(
    // A head of the longest address and 8 KB of headers; slow senders of either are cut.
    {
      maxHeaderSize: MAX_URL + 8192,
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      connectionsCheckingInterval: 5000,
      keepAliveTimeout: 65_000,
    },
    onRequest,
  );
  server.maxHeadersCount = 64;
  return server;
}
