/** From the name of a call to what does it. Polls and streams answer by themselves, later. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { badRequest } from '../errors.ts';
import { fromZero, metrics } from '../metrics.ts';
import type { Arrivals } from './arrivals.ts';
import { calls, type CallContext } from './calls/index.ts';
import { handle, type HandleOptions, type Work } from './handle.ts';
import type { Polls } from './polls.ts';
import type { Streams } from './streams.ts';

export interface Callable {
  readonly context: CallContext;
  readonly arrivals: Arrivals;
  readonly polls: Polls;
  readonly streams: Streams;
}

export type Calling = (name: string, request: IncomingMessage, response: ServerResponse) => Promise<void>;

export function callingOf(callable: Callable, options: HandleOptions): Calling {
  const names = [...Object.keys(calls), 'poll', 'stream', 'unknown'];
  fromZero(metrics.calls, ...names.map((call) => ({ call, outcome: 'internal' })));
  return (name, request, response) => {
    const work = workOf(callable, name, request);
    if (work !== undefined) return handle(name, request, response, options, work);
    return handle('unknown', request, response, options, () => {
      throw badRequest('there is no such call');
    });
  };
}

function workOf(callable: Callable, name: string, request: IncomingMessage): Work | undefined {
  const work = workHere(callable, name, request);
  const { expected } = callable.context;
  return (
    work &&
    ((parameters, reply) => {
      const arrival = expected.arrival(callerOf(parameters));
      return arrival === undefined ? work(parameters, reply) : arrival.then(() => work(parameters, reply));
    })
  );
}

function workHere(callable: Callable, name: string, request: IncomingMessage): Work | undefined {
  const { context, arrivals, polls, streams } = callable;
  if (name === 'poll') return later((parameters, reply) => polls.hold(request, reply, parameters));
  if (name === 'stream') return later((parameters, reply) => streams.open(request, reply, parameters));
  const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
  if (call === undefined) return undefined;
  return (parameters) => {
    if (name === 'connect') arrivals.take(request);
    return context.underWay.run(callerOf(parameters), () => call(context, parameters));
  };
}

/** Whose call it is. One that says it wrongly is nobody's, until it is refused. */
function callerOf({ u }: Readonly<Record<string, unknown>>): string {
  return typeof u === 'string' ? u : '';
}

function later(begin: (...given: Parameters<Work>) => void): Work {
  return (...given) => {
    begin(...given);
    return undefined;
  };
}
