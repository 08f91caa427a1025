/**
 * Protection of forms: a browser says with every POST which site it comes from, and another site's is refused.
 * A caller that says nothing is no browser, and has no cookie that it did not get itself.
 */
import type { RequestHandler } from 'express';
import { Sorry } from './sorry.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export const sameOrigin: RequestHandler = (request, _response, next) => {
  const origin = request.headers.origin;
  const site = request.headers['sec-fetch-site'];
  const foreign =
    (origin !== undefined && hostOf(origin) !== request.headers.host) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none');
  if (foreign && !SAFE.has(request.method)) throw new Sorry(403, 'That form came from another site.');
  next();
};

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
