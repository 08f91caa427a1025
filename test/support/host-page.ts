/** A page that a dock stands in: one script tag, and a token endpoint that can be switched off. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export class HostPage {
  /** Who is signed in at the site. */
  user: string | undefined = 'alice';
  /** Attributes of the script tag beside its `src`. */
  attributes = 'data-token-url="/chat/token"';
  readonly #bridgeUrl: string;
  readonly #server = createServer((request, response) => {
    if (request.url !== '/chat/token') {
      response
        .setHeader('content-type', 'text/html; charset=utf-8')
        .end(this.#html(request.url !== '/plain'));
      return;
    }
    response.statusCode = this.user === undefined ? 401 : 200;
    response.end(JSON.stringify({ user: this.user, token: 'jwt' }));
  });

  constructor(bridgeUrl: string) {
    this.#bridgeUrl = bridgeUrl;
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** `/plain` is the same page without the dock. */
  #html(withDock: boolean): string {
    const tag = `<script src="${this.#bridgeUrl}/im.js" ${this.attributes} async></script>`;
    return `<!doctype html><html lang="en"><head><title>Host</title><link rel="icon" href="data:,">
      ${withDock ? tag : ''}</head>
      <body><h1>A page</h1><input id="own" autofocus></body></html>`;
  }
}
