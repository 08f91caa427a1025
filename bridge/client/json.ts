/**
 * Calls by `fetch`, as POST with the JSON in `text/plain`: such a request needs no preflight, which would
 * double the round trips of a page on another origin.
 */
import { readAnswer } from './answers.ts';
import { CallFault } from './faults.ts';
import { callAddress, type CallLimits, type Transport } from './transport.ts';

export function jsonTransport(url: string): Transport {
  return {
    call: async (name, params, limits) => {
      const request: RequestInit = {
        method: 'POST',
        headers: { 'content-type': 'text/plain;charset=UTF-8' },
        body: JSON.stringify(params),
        credentials: 'omit',
        cache: 'no-store',
        redirect: 'error',
      };
      return readAnswer(await fetchJson(callAddress(url, name, { u: params.u }), request, limits));
    },
  };
}

/** The JSON of an answer, whatever its status: refusals have a body that says more than the status. */
async function fetchJson(address: string, request: RequestInit, limits: CallLimits): Promise<unknown> {
  const { signal, timeout } = limits;
  signal.throwIfAborted();
  const abort = new AbortController();
  const passOn = (): void => abort.abort(signal.reason);
  const timer = setTimeout(() => abort.abort(new CallFault('network', 'no answer in time')), timeout);
  signal.addEventListener('abort', passOn);
  try {
    const answer = await fetch(address, { ...request, signal: abort.signal });
    return (await answer.json()) as unknown;
  } catch {
    if (abort.signal.aborted) throw abort.signal.reason;
    throw new CallFault('network', 'the chat service was not reached');
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', passOn);
  }
}
