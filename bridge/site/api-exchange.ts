/** One request and its answer, whole and within its time and size, or an ApiFault. */
import {
  request as requestHttp,
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { ApiFault } from './api-fault.ts';

/** Bytes of an answer: 5,000 friends with long names and pictures are some two megabytes. */
const MAX_ANSWER = 8_388_608;

export interface Exchange {
  /** The base address; `path` is added as it is. */
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly secret: string;
  readonly body?: string;
  /** false opens a connection for this request alone. */
  readonly agent: Agent | false;
  /** Of all of it. */
  readonly milliseconds: number;
}

export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** @throws ApiFault `connection`, `timeout` or `malformed` (too long). */
export async function exchange(what: Exchange): Promise<RawAnswer> {
  const request = open(what);
  const sent = watchSent(request);
  const fault = (kind: 'connection' | 'timeout', message: string, cause?: unknown): ApiFault =>
    new ApiFault(kind, message, { sent: sent(), cause });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<RawAnswer>((resolve, reject) => {
      const late = (): void =>
        reject(fault('timeout', `no answer within ${Math.round(what.milliseconds)} ms`));
      timer = setTimeout(late, what.milliseconds);
      request.on('error', (error) => reject(fault('connection', error.message, error)));
      request.on('response', (response) => {
        collect(response).then(resolve, (error: unknown) =>
          reject(error instanceof ApiFault ? error : fault('connection', 'the answer broke off', error)),
        );
      });
      request.end(what.body);
    });
  } catch (error) {
    request.destroy(); // what is still to come must not meet the next question
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function open({ url, method, path, secret, body, agent }: Exchange): ClientRequest {
  const options: RequestOptions = {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port,
    method,
    path: `${url.pathname.replace(/\/+$/, '')}${path}`,
    agent,
    headers: {
      authorization: `Bearer ${secret}`,
      accept: 'application/json',
      ...(body !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      }),
    },
  };
  return url.protocol === 'https:' ? requestHttps(options) : requestHttp(options);
}

/** Has a byte of it gone out? Over TLS not before the handshake. */
function watchSent(request: ClientRequest): () => boolean {
  let sent = false;
  const connected = (): void => {
    sent = true;
  };
  request.once('socket', (socket: Socket) => {
    if (!socket.connecting) sent = true;
    else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', connected);
  });
  return () => sent;
}

async function collect(response: IncomingMessage): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER)
      throw new ApiFault('malformed', `an answer of more than ${MAX_ANSWER} bytes`, { sent: true });
    chunks.push(chunk);
  }
  const { statusCode: status = 0, headers } = response;
  return { status, contentType: headers['content-type'] ?? '', body: Buffer.concat(chunks) };
}
