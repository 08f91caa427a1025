/**
 * The one correlation id of a trace: of a call of a traced user, from when it comes in until it is answered, in whatever
 * happens for it meanwhile. Calls of all others pass here unseen.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** A call under way. */
export interface TracedRequest {
  readonly id: string;
  readonly user: string;
  /** It is answered: what happens later is not for it, though it may stand in its asynchronous context. */
  over: boolean;
}

const underWay = new AsyncLocalStorage<TracedRequest>();

export function newRequest(user: string): TracedRequest {
  return { id: randomBytes(6).toString('hex'), user, over: false };
}

export function within<T>(request: TracedRequest, work: () => T): T {
  return underWay.run(request, work);
}

/** The id of the user's call for which this happens, if there is one. */
export function requestOf(user: string): string | undefined {
  const request = underWay.getStore();
  return request?.user === user && !request.over ? request.id : undefined;
}

/** Nobody is traced any more: contexts of calls, which cost every promise a little, are not kept until the next. */
export function forgetRequests(): void {
  underWay.disable();
}
