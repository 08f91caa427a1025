/**
 * What runs in a page before its own scripts: it looks at the browser's interfaces, and changes nothing of ours.
 * Each function goes to the page as its text, so it uses nothing from outside itself.
 */

/** Counts `new Notification(…)` in `globalThis.rung`, as its titles; the person has allowed them in the dock. */
export function spyNotifications(): void {
  if (!location.protocol.startsWith('http')) return; // an empty page has no storage
  const rung: string[] = [];
  Object.assign(globalThis, { rung });
  localStorage.setItem('im:notify', 'on');
  globalThis.Notification = new Proxy(Notification, {
    construct: (target, [title, ...more]: [string, NotificationOptions?]) => {
      rung.push(title);
      return new target(title, ...more);
    },
  });
}

/** Keeps in `globalThis.timers` which timers are set and neither ran out nor were cleared. */
export function spyTimers(): void {
  const timers = new Set<unknown>();
  Object.assign(globalThis, { timers });
  const { setTimeout, setInterval, clearTimeout } = globalThis;
  globalThis.setTimeout = ((act: (...values: unknown[]) => void, after?: number, ...values: unknown[]) => {
    const id = setTimeout(() => {
      timers.delete(id);
      act(...values);
    }, after);
    timers.add(id);
    return id;
  }) as typeof globalThis.setTimeout;
  globalThis.setInterval = ((act: () => void, after?: number) => {
    const id = setInterval(act, after);
    timers.add(id);
    return id;
  }) as typeof globalThis.setInterval;
  globalThis.clearTimeout = globalThis.clearInterval = ((id: number) => {
    timers.delete(id);
    clearTimeout(id); // one list holds both kinds (HTML, 8.6)
  }) as typeof globalThis.clearTimeout;
}

/** The page can be hidden, by `globalThis.hide(true)`: both drivers keep their pages visible. */
export function spyVisibility(): void {
  let isHidden = false;
  Object.defineProperty(document, 'visibilityState', { get: () => (isHidden ? 'hidden' : 'visible') });
  Object.defineProperty(document, 'hidden', { get: () => isHidden });
  Object.assign(globalThis, {
    hide: (hidden: boolean) => {
      isHidden = hidden;
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    },
  });
}

/** A library of old that adds to every object, array and string, and writes arrays as JSON in its own way (Prototype did). */
export function oldLibrary(): void {
  const add = (to: object, name: string, value: unknown): void => {
    (to as Record<string, unknown>)[name] = value; // enumerable, which is what breaks loops
  };
  add(Object.prototype, 'extend', () => undefined);
  add(Array.prototype, 'last', () => undefined);
  add(Array.prototype, 'each', () => undefined);
  add(Array.prototype, 'toJSON', function (this: unknown[]) {
    return `[${this.join(', ')}]`;
  });
  add(String.prototype, 'blank', () => false);
  add(Function.prototype, 'wrap', () => undefined);
}

/** A browser of early 2022: without what came with ECMAScript 2023 and after, and with style sheets of old. */
export function olderBrowser(): void {
  const lacks = (from: object, ...names: readonly string[]): void => {
    for (const name of names) Reflect.deleteProperty(from, name);
  };
  lacks(Array.prototype, 'with', 'toSpliced', 'toSorted', 'toReversed', 'findLast', 'findLastIndex');
  lacks(AbortSignal, 'timeout', 'any');
  lacks(Object, 'groupBy');
  lacks(Promise, 'withResolvers', 'try');
  lacks(Set.prototype, 'union', 'intersection', 'difference', 'isSubsetOf');
  lacks(globalThis, 'structuredClone');
  lacks(Navigator.prototype, 'userActivation');
  lacks(ShadowRoot.prototype, 'adoptedStyleSheets');
  Reflect.deleteProperty(globalThis, 'CSSStyleSheet');
}

/** Counts in `globalThis.sounds` how often a page has asked for the means to make a sound. */
export function spySound(): void {
  const counted = Object.assign(globalThis, { sounds: 0 });
  globalThis.AudioContext = new Proxy(AudioContext, {
    construct: (target) => {
      counted.sounds += 1;
      return new target();
    },
  });
}

/** Whoever sits at this browser has forbidden all storage. */
export function noStorage(): void {
  const forbid = (): never => {
    throw new DOMException('forbidden', 'SecurityError');
  };
  for (const name of ['sessionStorage', 'localStorage'])
    Object.defineProperty(globalThis, name, { get: forbid });
}

/** Counts in `globalThis.drawn` how often a message's time is written: once at each drawing of it. */
export function spyDrawing(): void {
  const counted = Object.assign(globalThis, { drawn: 0 });
  const name = 'toISOString';
  const write = Object.getOwnPropertyDescriptor(Date.prototype, name)?.value as (this: Date) => string;
  Date.prototype[name] = function () {
    counted.drawn += 1;
    return write.call(this);
  };
}

/** A person who puts the browser's question about notifications aside; `globalThis.asked` counts the questions. */
export function unansweredNotifications(): void {
  const permission = 'default';
  const counted = Object.assign(globalThis, { asked: 0 });
  const requestPermission = (): Promise<string> => {
    counted.asked += 1;
    return Promise.resolve(permission);
  };
  Object.assign(globalThis, { Notification: { permission, requestPermission } });
}
