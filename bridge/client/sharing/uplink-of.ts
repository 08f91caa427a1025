/** Pages share where the browser has Web Locks and BroadcastChannel; all others have a connection of their own. */
import { Connection } from '../connection.ts';
import type { Parts } from '../options.ts';
import type { Store } from '../store.ts';
import type { Uplink, UplinkPorts } from '../uplink.ts';
import { SharedUplink } from './shared-uplink.ts';

export function uplinkOf(parts: Parts, store: Store, ports: UplinkPorts): Uplink {
  const locks = parts.sharing ? locksOf(parts.page) : undefined;
  return locks === undefined
    ? new Connection(parts, store, ports)
    : new SharedUplink(parts, store, ports, locks);
}

/** Undefined outside browsers, and where a page may not have them: locks are for secure contexts alone. */
function locksOf(page: EventTarget | undefined): LockManager | undefined {
  if (typeof window === 'undefined' || page !== window || typeof BroadcastChannel === 'undefined')
    return undefined;
  return (navigator as { locks?: LockManager }).locks;
}
