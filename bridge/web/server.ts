/** The HTTP server: all calls on bare node:http (four times as many a core as through Express), all else by Express. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Express } from 'express';
import { refuseBroken } from './broken.ts';
import { handle, type HandleOptions } from './handle.ts';
import type { Polls } from './polls.ts';
import type { Streams } from './streams.ts';

export interface Readers {
  readonly polls: Polls;
  readonly streams: Streams;
}

const READING = /^\/v1\/(poll|stream)(?:\?|$)/;

export function createWebServer(app: Express, readers: Readers, options: HandleOptions): Server {
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const name = READING.exec(request.url ?? '')?.[1];
    if (name === undefined) {
      app(request, response);
      return;
    }
    void handle(name, request, response, options, (parameters, reply) => {
      if (name === 'poll') readers.polls.hold(request, reply, parameters);
      else readers.streams.open(request, reply, parameters);
      return undefined;
    });
  };
  const server = createServer(
    // A head of the longest address and 8 KB of headers; slow senders of either are cut.
    {
      maxHeaderSize: options.limits.url + 8192,
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      connectionsCheckingInterval: 5000,
      keepAliveTimeout: 65_000,
    },
    onRequest,
  );
  refuseBroken(server);
  return server;
}
