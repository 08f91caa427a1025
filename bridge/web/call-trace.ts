/** What a trace is told of a call: its parameters by name, but for token and tab, and how it was answered. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import type { Parameters } from '../protocol/requests.ts';
import { newRequest, within, type TracedRequest } from '../trace/request.ts';
import type { Trace } from '../trace/trace.ts';

/** Parameters that name people and things; all others are left out. */
const NAMES = [
  'to',
  'with',
  'cid',
  'cursor',
  'upTo',
  'before',
  'limit',
  'state',
  'show',
  'active',
  'callback',
] as const;
/** Those with texts of people, and what they are called in a line. */
const TEXTS = { body: 'text', q: 'question', status: 'statusText', set: 'uiState' } as const;
/** event-log.ts: the life of the session, and a number. */
const CURSOR = /^[\w-]{1,40}:\d+$/;

type HttpEvent = 'http-asked' | 'http-answered' | 'stream-written';

/** Characters of a name that are told. */
const LONGEST = 200;

export class CallTrace {
  readonly #log: Log;
  readonly #call: string;
  readonly #request: TracedRequest;
  readonly #began = performance.now();
  #facts: Readonly<Record<string, unknown>> = {};

  constructor(log: Log, call: string, user: string) {
    this.#log = log;
    this.#call = call;
    this.#request = newRequest(user);
  }

  begin(trace: Trace, { method }: IncomingMessage, response: ServerResponse, parameters: Parameters): void {
    this.#line('http-asked', { method, ...namesIn(parameters), ...textsIn(parameters, trace) });
    response.once('close', () => this.#answered(response));
  }

  /** The call, in whose asynchronous context all that is done for it finds its id. */
  run<T>(work: () => T): T {
    return within(this.#request, work);
  }

  /** More of what the line of the answer says. */
  note(facts: Readonly<Record<string, unknown>>): void {
    this.#facts = { ...this.#facts, ...facts };
  }

  /** A part of an answer that goes on. */
  written(facts: Readonly<Record<string, unknown>>): void {
    this.#line('stream-written', facts);
  }

  #answered({ statusCode, writableFinished }: ServerResponse): void {
    const ms = Math.round(performance.now() - this.#began);
    this.#line('http-answered', { status: statusCode, ...this.#facts, ms, whole: writableFinished });
    this.#request.over = true;
  }

  /** A poll is held for long: the trace may have ended meanwhile, or be another. */
  #line(event: HttpEvent, fields: Readonly<Record<string, unknown>>): void {
    this.#log
      .traceOf(this.#request.user)
      ?.line(event, { request: this.#request.id, call: this.#call, ...fields });
  }
}

/** Undefined for a call of somebody who is not traced. */
export function traceCall(
  log: Log,
  call: string,
  request: IncomingMessage,
  response: ServerResponse,
  parameters: Parameters,
): CallTrace | undefined {
  const user = parameters['u'];
  const trace = typeof user === 'string' ? log.traceOf(user) : undefined;
  if (trace === undefined) return undefined;
  const traced = new CallTrace(log, call, trace.order.user);
  traced.begin(trace, request, response, parameters);
  return traced;
}

function namesIn(parameters: Parameters): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const name of NAMES) {
    const value = parameters[name];
    if (typeof value === 'string') found[name] = nameFrom(name, value);
    else if (typeof value === 'number' || typeof value === 'boolean') found[name] = value;
  }
  return found;
}

/** Of what claims to be a cursor and is none, the length: a client may have mixed it up with its tab. */
function nameFrom(name: (typeof NAMES)[number], value: string): string {
  return name === 'cursor' && !CURSOR.test(value) ? `[${value.length}]` : value.slice(0, LONGEST);
}

function textsIn(parameters: Parameters, trace: Trace): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, shown] of Object.entries(TEXTS)) {
    const value = parameters[name];
    if (value !== undefined)
      found[shown] = trace.text(typeof value === 'string' ? value : JSON.stringify(value));
  }
  return found;
}
