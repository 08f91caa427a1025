/** Where the page's browser gets the dock from. */

const LOOPBACK = new Set(['localhost', '127.0.0.1']);

/**
 * The bridge's address for a page that was asked for at `host`. A page on one loopback name has its dock on the
 * same: to a browser, localhost and 127.0.0.1 are two sites.
 */
export function dockUrl(bridgeUrl: string, host: string | undefined): URL {
  const url = new URL('im.js', bridgeUrl.endsWith('/') ? bridgeUrl : `${bridgeUrl}/`);
  const page = `http://${host ?? ''}`;
  const name = URL.canParse(page) ? new URL(page).hostname : '';
  if (LOOPBACK.has(name) && LOOPBACK.has(url.hostname)) url.hostname = name;
  return url;
}

/** Scripts from the bridge, and from the site itself on a page that has one of its own; none in the page. */
export function contentSecurityPolicy(dock: URL, hasScript: boolean): string {
  return [
    `default-src 'none'`,
    `script-src ${hasScript ? `'self' ${dock.origin}` : dock.origin}`,
    `connect-src 'self' ${dock.origin}`,
    `style-src 'self'`,
    `img-src 'self' data:`,
    `form-action 'self'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}
