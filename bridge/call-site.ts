/** Where a call came from. Taken at the call: when a timer fires, its stack says nothing any more. */
export class CallSite {
  declare readonly stack: string;

  constructor() {
    Error.captureStackTrace(this, CallSite);
  }

  /** Gives `error` the stack of the caller. */
  mark<E extends Error>(error: E): E {
    const frames = this.stack.split('\n').slice(1);
    error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
    return error;
  }
}
