/** The last word of a tab: sent while its page goes away, when nothing else would still get out. */
import { callAddress } from './transport.ts';

/** No answer is waited for: if it is lost, the bridge ends the tab by itself when it stops polling. */
export function sendLeave(url: string, u: string, tab: string): void {
  const address = callAddress(url, 'leave', { u });
  const body = JSON.stringify({ u, tab });
  try {
    if (typeof navigator !== 'undefined' && 'sendBeacon' in navigator) {
      // A string goes as text/plain, which needs no preflight.
      if (navigator.sendBeacon(address, body)) return;
    }
  } catch {
    // A page's Content-Security-Policy may forbid beacons; the fetch below may still be allowed.
  }
  const headers = { 'content-type': 'text/plain;charset=UTF-8' };
  void fetch(address, { method: 'POST', body, headers, keepalive: true, credentials: 'omit' }).catch(
    () => undefined,
  );
}
