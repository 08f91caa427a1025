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

/** A library of old that adds to every array and string, and writes arrays as JSON in its own way (Prototype did). */
export function oldLibrary(): void {
  const add = (to: object, name: string, value: unknown): void => {
    (to as Record<string, unknown>)[name] = value; // enumerable, which is what breaks loops
  };
  add(Array.prototype, 'last', () => undefined);
  add(Array.prototype, 'each', () => undefined);
  add(Array.prototype, 'toJSON', function (this: unknown[]) {
    return `[${this.join(', ')}]`;
  });
  add(String.prototype, 'blank', () => false);
  add(Function.prototype, 'wrap', () => undefined);
}
