/** Requests that are none, or too much of one: they are answered like all others, and end their connection. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { CallError, badRequest } from '../errors.ts';
import { answerError, HEADERS } from './answer.ts';

/** Headers of a request. Node leaves out those above its own limit, so that limit is one more. */
export const MAX_HEADERS = 64;

const REASONS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Answers on the bare connection: what the parser refused has no request, and nothing after it may be read. */
export function refuseBroken(server: Server): void {
  const busy = new WeakMap<Duplex, ServerResponse>();
  server.maxHeadersCount = MAX_HEADERS + 1;
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => busy.set(socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const last = busy.get(socket);
    // While another answer is due, this one would be taken for it.
    if (error.code === 'ECONNRESET' || !socket.writable || last?.writableFinished === false) {
      socket.destroy();
      return;
    }
    socket.end(bareAnswer(REASONS[error.code ?? ''] ?? '400 Bad Request'), () => socket.destroy());
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('Connection', 'close');
    answerError({ response, callback: undefined }, badRequest('nothing but 100-continue may be expected'));
  });
}

/** @throws CallError `too-large` */
export function checkHeaders({ rawHeaders }: IncomingMessage): void {
  if (rawHeaders.length > MAX_HEADERS * 2)
    throw new CallError('too-large', `a request has ${MAX_HEADERS} headers at the most`);
}

function bareAnswer(status: string): string {
  const code = status.startsWith('431') ? 'too-large' : 'bad-request';
  const message = 'this is no request that can be answered';
  const body = JSON.stringify({ ok: false, error: { code, message } });
  const headers = {
    ...HEADERS,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status}`, ...lines, '', body].join('\r\n');
}
