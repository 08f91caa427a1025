/** HTTP on connections that are used again, from one pool: as few of them as there are requests under way. */
import { Agent, request, type IncomingMessage } from 'node:http';

const agent = new Agent({ keepAlive: true, noDelay: true, maxFreeSockets: Infinity });
/** Above the hold of a poll on either side. */
const PATIENCE = 120_000;

export interface Exchange {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly type?: string;
  readonly body?: string;
  /** What is asked may be asked twice: a server may close an idle connection in the moment that it is used. */
  readonly again?: boolean;
  /** Milliseconds for an answer; above the hold of a poll unless told. */
  readonly timeout?: number;
}

/** It was answered with another status than 200. */
export class BadAnswer extends Error {
  override name = 'BadAnswer';
  readonly text: string;

  constructor(url: string, status: number, text: string) {
    super(`${new URL(url).pathname} was answered ${status}: ${text.slice(0, 200)}`);
    this.text = text;
  }
}

/** The text of the answer. @throws BadAnswer unless its status is 200; Error when there is none */
export async function exchange(what: Exchange): Promise<string> {
  try {
    return await once(what);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET' || what.again === false) throw error;
    return once({ ...what, again: false });
  }
}

function once({ url, method, type, body, timeout = PATIENCE }: Exchange): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method, agent, headers, timeout }, (response) =>
      read(response, url, resolve, reject),
    );
    sent.once('timeout', () => sent.destroy(new Error(`no answer within ${timeout / 1000} s`)));
    sent.once('error', reject);
    sent.end(body);
  });
}

function read(
  response: IncomingMessage,
  url: string,
  resolve: (text: string) => void,
  reject: (error: Error) => void,
): void {
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (part: string) => (text += part));
  response.once('error', reject);
  response.once('end', () => {
    if (response.statusCode === 200) resolve(text);
    else reject(new BadAnswer(url, response.statusCode ?? 0, text));
  });
}

/** The lines of an answer that goes on and on. @throws Error unless its status is 200, and when it is cut. */
export async function* lines(url: string, signal: AbortSignal): AsyncGenerator<string> {
  const response = await opened(url, signal);
  response.setEncoding('utf8');
  let rest = '';
  for await (const part of response as AsyncIterable<string>) {
    const found = (rest + part).split('\n');
    rest = found.pop() ?? '';
    yield* found;
  }
}

function opened(url: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, signal }, (response) => {
      if (response.statusCode === 200) resolve(response);
      else sent.destroy(new Error(`a stream was answered ${response.statusCode ?? 0}`));
    });
    sent.once('error', reject);
    sent.end();
  });
}

export function closeConnections(): void {
  agent.destroy();
}
