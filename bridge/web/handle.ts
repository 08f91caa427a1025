/** One call, from its request to its answer: whatever happens, the answer is one of the error table's. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Limits } from '../config/schema.ts';
import { CallError, badRequest } from '../errors.ts';
import type { Log } from '../log.ts';
import { metrics } from '../metrics.ts';
import type { Parameters } from '../protocol/requests.ts';
import { Seldom } from '../seldom.ts';
import { answerError, answerOk, HEADERS, type Reply } from './answer.ts';
import { checkHeaders } from './broken.ts';
import { traceCall } from './call-trace.ts';
import { callbackOf, parametersOf, queryOf } from './input.ts';
import { allowOrigin, refuseForeign } from './origins.ts';

export interface HandleOptions {
  readonly origins: ReadonlySet<string>;
  readonly limits: Pick<Limits, 'body' | 'url'>;
  readonly log: Log;
}

/** The fields beside `ok`; undefined when the work answers by itself, later. */
export type Work = (parameters: Parameters, reply: Reply) => Promise<object | undefined> | object | undefined;

export async function handle(
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  options: HandleOptions,
  work: Work,
): Promise<void> {
  const started = performance.now();
  let reply: Reply = { response, callback: undefined };
  try {
    allowOrigin(request, response, options.origins);
    if (preflight(request, response)) return;
    // First of all how to answer: also a refusal is read by the page that asked.
    reply = { response, callback: request.method === 'GET' ? callbackOf(request.url ?? '') : undefined };
    refuseForeign(request, reply.callback !== undefined, options.origins);
    checkHeaders(request);
    const query = queryOf(request.url ?? '', options.limits.url);
    const parameters = await parametersOf(request, query, options.limits.body);
    const trace = traceCall(options.log, name, request, response, parameters);
    if (trace !== undefined) reply = { ...reply, trace };
    const fields = await begun(work, parameters, reply);
    if (fields !== undefined) {
      answerOk(reply, fields);
      metrics.callSeconds.observe({ call: name }, (performance.now() - started) / 1000);
    }
    metrics.calls.inc({ call: name, outcome: 'ok' });
  } catch (error) {
    const refusal = refusalOf(error, name, options.log);
    metrics.calls.inc({ call: name, outcome: refusal.code });
    if (!request.complete && !response.headersSent) response.setHeader('Connection', 'close'); // the rest of the body is not read
    answerError(reply, refusal);
  }
}

function begun(work: Work, parameters: Parameters, reply: Reply): ReturnType<Work> {
  const begin = (): ReturnType<Work> => work(parameters, reply);
  return reply.trace === undefined ? begin() : reply.trace.run(begin);
}

function refusalOf(error: unknown, call: string, log: Log): CallError {
  if (error instanceof CallError) {
    tellWhy(error, call, log);
    return error;
  }
  log.event('call-failed', { err: error, call });
  return new CallError('internal', 'something went wrong here: try again', { cause: error });
}

/** By the name of the call: there are few. */
const told = new Map<string, Seldom>();

/** Whoever is refused for a time is told nothing of why; the operator is, where something did not answer. */
function tellWhy(error: CallError, call: string, log: Log): void {
  if (error.code !== 'unavailable' || error.cause === undefined) return;
  const seldom = told.get(call) ?? new Seldom();
  told.set(call, seldom);
  const alsoSince = seldom.due();
  if (alsoSince !== undefined) log.event('call-unavailable', { err: error, call, alsoSince });
}

/** Answers a CORS preflight (OPTIONS). @throws CallError for a method that no call has */
function preflight(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method === 'GET' || request.method === 'POST') return false;
  if (request.method !== 'OPTIONS') throw badRequest('a call is a GET or a POST');
  const headers = {
    'Access-Control-Allow-Methods': 'GET, POST',
    'Access-Control-Allow-Headers': 'Content-Type',
    'Access-Control-Max-Age': '600',
  };
  response.writeHead(204, { ...HEADERS, ...headers });
  response.end();
  return true;
}
