/**
 * `<im-dock url="https://chat.example" token-url="/chat/token">`: a dock in a shadow tree of its own, so that
 * the page's styles and the dock's do not meet. Put into a page it connects, taken out it leaves.
 */
import { render } from 'preact';
import { createClient, tokenFrom, type Client } from '../client/index.ts';
import { callbackHome } from './callbacks.ts';
import { Dock } from './dock.tsx';
import styles from './dock.css';
import { Safely } from './safely.tsx';

/** The page says so when a person signs in, or out, without a page load. */
const SIGNED_IN = 'im:signed-in';
const SIGNED_OUT = 'im:signed-out';

/** Typing in the dock is not for the shortcuts of the page around it. */
const KEYS = ['keydown', 'keypress', 'keyup'] as const;

export class DockElement extends HTMLElement {
  #client: Client | undefined;
  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #onSignedIn = (): void => this.#client?.start();
  readonly #onSignedOut = (): void => this.#client?.leave();

  constructor() {
    super();
    for (const key of KEYS) this.#root.addEventListener(key, (event) => event.stopPropagation());
  }

  get client(): Client | undefined {
    return this.#client;
  }

  connectedCallback(): void {
    const url = this.getAttribute('url');
    const tokenUrl = this.getAttribute('token-url');
    if (url === null || tokenUrl === null || this.#client !== undefined) return;
    const client = createClient({
      url,
      token: tokenFrom(new URL(tokenUrl, document.baseURI).href),
      transport: this.getAttribute('transport') === 'jsonp' ? 'jsonp' : 'json',
      callbacks: callbackHome,
      ...storageOf(),
    });
    this.#client = client;
    addStyles(this.#root);
    render(
      <Safely>
        <Dock client={client} />
      </Safely>,
      this.#root,
    );
    window.addEventListener(SIGNED_IN, this.#onSignedIn);
    window.addEventListener(SIGNED_OUT, this.#onSignedOut);
    client.start();
  }

  disconnectedCallback(): void {
    window.removeEventListener(SIGNED_IN, this.#onSignedIn);
    window.removeEventListener(SIGNED_OUT, this.#onSignedOut);
    this.#client?.leave();
    this.#client = undefined;
    render(null, this.#root);
  }
}

/** Reading `sessionStorage` throws where a person has forbidden it. */
function storageOf(): { storage?: Storage } {
  try {
    return { storage: window.sessionStorage };
  } catch {
    return {};
  }
}

/** A constructed sheet needs no `style-src` in the page's Content-Security-Policy. */
function addStyles(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement('style'); // Safari before 16.4
    style.textContent = styles;
    root.append(style);
  }
}
