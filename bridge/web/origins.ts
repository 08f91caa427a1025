/** Which pages may ask: the site's own. Beside the tab's secret, which no foreign page has. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { badRequest } from '../errors.ts';

/** CORS for the site's own origins, and nothing for all others (Fetch Standard, section 3.2). */
export function allowOrigin(
  { headers: { origin } }: IncomingMessage,
  response: ServerResponse,
  origins: ReadonlySet<string>,
): void {
  if (origin !== undefined && origins.has(origin)) response.setHeader('Access-Control-Allow-Origin', origin);
}

/**
 * Refuses what a browser sends for a foreign page. A page without an Origin that calls by JSON (a beacon under
 * `no-referrer` has `null`) can't read the answer, and is let through; a script it could read.
 *
 * @throws CallError `bad-request`
 */
export function refuseForeign(request: IncomingMessage, jsonp: boolean, origins: ReadonlySet<string>): void {
  const { origin, referer } = request.headers;
  if (!jsonp && origin === 'null') return;
  const pages = [origin, referer].filter((page) => page !== undefined);
  const isForeign =
    pages.length === 0 ? isFromElsewhere(request) : pages.some((page) => !origins.has(originOf(page)));
  if (isForeign) throw badRequest('this page is not one of the site’s');
}

/** Fetch Metadata (W3C): a browser says that another page asks, and not which. */
function isFromElsewhere({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'null';
}
