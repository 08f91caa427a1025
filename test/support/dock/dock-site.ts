/**
 * A site that a dock stands in, as foreign to the bridge as a customer's: its own origin, its own pages, and a token
 * endpoint. Who is signed in is in a cookie, so each browser context is a person.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const WHO = 'who';

/** One page of the site. All of it is put in as it is. */
export interface SitePage {
  readonly title?: string;
  /** Attributes of `<html>`. */
  readonly html?: string;
  readonly head?: string;
  readonly body?: string;
  /** Attributes of the dock's script tag beside `src`; `undefined` as a value of `dock` leaves the tag out. */
  readonly tag?: string;
  readonly withoutDock?: boolean;
  /** The Content-Security-Policy; BRIDGE and SITE in it stand for the two origins. */
  readonly csp?: string;
}

/** Mints a token for somebody, or gives undefined when they are not known. */
export type Mint = (user: string) => Promise<string | undefined>;

/** So that browsers ask for none. Pages with a policy have it at /favicon.ico. */
const ICON = '<link rel="icon" href="data:,">';
/** A link, a field, and more than a screen has. */
const BODY =
  '<a id="next" href="/second">On</a> <input id="own" aria-label="Own"><p style="height: 3000px">A long page.</p>';

export class DockSite {
  bridgeUrl = '';
  mint: Mint = () => Promise.resolve(undefined);
  /** What the browser reported against the policy of a page. */
  readonly reports: string[] = [];
  readonly #pages = new Map<string, SitePage>([
    ['/', { title: 'Home' }],
    ['/second', { title: 'Second' }],
    ['/plain', { title: 'Plain', withoutDock: true }],
  ]);
  readonly #server = createServer((request, response) => {
    void this.#serve(request, response);
  });

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  /** `localhost` and 127.0.0.1 are two origins: the bridge is at the other one. */
  get origin(): string {
    return `http://localhost:${String((this.#server.address() as AddressInfo).port)}`;
  }

  page(path: string, page: SitePage): string {
    this.#pages.set(path, page);
    return this.origin + path;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.origin).pathname;
    if (path === '/chat/token') return this.#token(request, response);
    if (path === '/report') return this.#report(request, response);
    const page = this.#pages.get(path);
    if (page === undefined) return void response.writeHead(404).end();
    const policy = page.csp?.replaceAll('BRIDGE', this.bridgeUrl).replaceAll('SITE', this.origin);
    if (policy !== undefined) {
      response.setHeader('content-security-policy', `${policy}; report-uri ${this.origin}/report`);
    }
    response.setHeader('content-type', 'text/html; charset=utf-8').end(this.#html(page));
  }

  async #token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const user = new RegExp(`(?:^|; )${WHO}=([^;]*)`).exec(request.headers.cookie ?? '')?.[1];
    const token = user === undefined ? undefined : await this.mint(user);
    response.statusCode = token === undefined ? 401 : 200;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ user, token }));
  }

  async #report(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    this.reports.push(body);
    response.writeHead(204).end();
  }

  #html({
    title = 'Page',
    html = 'lang="en"',
    head = '',
    body = BODY,
    tag = '',
    withoutDock,
    csp,
  }: SitePage): string {
    const script = `<script src="${this.bridgeUrl}/im.js" data-token-url="/chat/token" ${tag} async></script>`;
    return `<!doctype html><html ${html}><head><meta charset="utf-8"><title>${title}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1">${csp === undefined ? ICON : ''}${head}
      ${withoutDock === true ? '' : script}</head>
      <body><main><h1>${title}</h1>${body}</main></body></html>`;
  }
}
