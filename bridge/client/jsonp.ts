/**
 * Calls by script tag, for pages that may not use `fetch` across origins. The bridge answers with
 * `NAME(JSON)`; NAME is a property of ONE object that the page can reach, so no further global is made.
 */
import { readAnswer } from './answers.ts';
import { CallFault } from './faults.ts';
import { scriptAddress } from './script-address.ts';
import { callAddress, type CallLimits, type Params, type Transport } from './transport.ts';

/**
 * Characters of an address. Node reads 16 KiB of request line and headers, and many proxies 8 KiB: what
 * is longer is refused here, since there its loss would look like a network fault.
 */
const LONGEST_ADDRESS = 7000;

/** The object that holds the callbacks, and the dotted path by which a script finds it. */
export interface CallbackHome {
  readonly path: string;
  readonly callbacks: Record<string, (answer: unknown) => void>;
}

let counter = 0;

export function jsonpTransport(url: string, home: CallbackHome = globalHome()): Transport {
  return {
    call: async (name, params, limits) => {
      limits.signal.throwIfAborted();
      counter += 1;
      const key = `c${counter}`;
      const address = jsonpAddress(url, name, params, `${home.path}.${key}`);
      return readAnswer(await loadScript(address, key, home, limits));
    },
  };
}

/** @throws CallFault `too-large` when the parameters do not fit into an address. */
export function jsonpAddress(
  url: string,
  name: Parameters<Transport['call']>[0],
  params: Params,
  callback: string,
): string {
  const address = callAddress(url, name, { ...params, callback });
  if (address.length > LONGEST_ADDRESS) {
    throw new CallFault('too-large', 'This message is too long to be sent from this page.');
  }
  return address;
}

function loadScript(
  address: string,
  key: string,
  home: CallbackHome,
  { signal, timeout }: CallLimits,
): Promise<unknown> {
  const script = document.createElement('script');
  return new Promise<unknown>((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      script.onload = script.onerror = null;
      script.remove();
      // A script that still comes finds no function of its name, and does nothing.
      Reflect.deleteProperty(home.callbacks, key);
      settle();
    };
    const fail = (reason: string) => () => end(() => reject(new CallFault('network', reason)));
    const onAbort = (): void => end(() => reject(signal.reason as Error));
    const timer = setTimeout(fail('no answer in time'), timeout);
    signal.addEventListener('abort', onAbort);
    home.callbacks[key] = (answer) => end(() => resolve(answer));
    script.onerror = fail('the chat service was not reached');
    script.onload = fail('the chat service gave no answer');
    script.async = true;
    script.referrerPolicy = 'origin';
    script.src = scriptAddress(address);
    document.head.append(script);
  });
}

/** Outside the dock there is one global, made when JSONP is asked for and not before. */
function globalHome(): CallbackHome {
  const page = globalThis as { imClientCallbacks?: CallbackHome['callbacks'] };
  page.imClientCallbacks ??= {};
  return { path: 'imClientCallbacks', callbacks: page.imClientCallbacks };
}
