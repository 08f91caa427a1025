/**
 * `<im-dock url="https://chat.example" token-url="/chat/token">`: a dock in a shadow tree of its own, so that
 * the page's styles and the dock's do not meet. Put into a page it connects, taken out it leaves.
 */
import { render } from 'preact';
import { createClient, tokenFrom, type Client, type TokenSource } from '../client/index.ts';
import { callbackHome } from './callbacks.ts';
import { forgetDrafts } from './chat/drafts.ts';
import { Dock } from './dock.tsx';
import { ownUrl } from './own-script.ts';
import { Safely } from './safely.tsx';
import { SettingContext } from './setting.ts';
import { addStyles } from './theme/styles.ts';
import { Wishes } from './wishes.ts';
import { WordsContext } from './words/context.ts';
import { wishedLanguages, wordsFor } from './words/languages.ts';

/** The page says so when a person signs in, or out, without a page load. */
const SIGNED_IN = 'im:signed-in';
const SIGNED_OUT = 'im:signed-out';

/** Typing in the dock is not for the shortcuts of the page around it. */
const KEYS = ['keydown', 'keypress', 'keyup'] as const;

export class DockElement extends HTMLElement {
  /** A framework may set them when the element stands in the page already. */
  static readonly observedAttributes = ['url', 'token-url', 'lang', 'avatar-url', 'sound'];

  #token: TokenSource | undefined;
  #client: Client | undefined;
  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #wishes = new Wishes();
  readonly #onSignedIn = (): void => this.#client?.start();
  readonly #onSignedOut = (): void => {
    forgetDrafts();
    this.#client?.leave();
  };

  constructor() {
    super();
    for (const key of KEYS) this.#root.addEventListener(key, (event) => event.stopPropagation());
  }

  /** Says who is signed in; in the place of `token-url`. */
  get token(): TokenSource | undefined {
    return this.#token;
  }

  set token(token: TokenSource | undefined) {
    this.#token = token;
    if (this.isConnected) this.connectedCallback();
  }

  get client(): Client | undefined {
    return this.#client;
  }

  /** Opens the window with this friend, as a button of the page may want. */
  open(user: string): void {
    this.#wishes.tell(user);
  }

  connectedCallback(): void {
    if (Object.hasOwn(this, 'token')) {
      this.#takeToken();
      return;
    }
    const url = this.getAttribute('url') ?? ownUrl;
    const token = this.#tokenSource();
    if (url === undefined || token === undefined || this.#client !== undefined) return;
    const transport = this.getAttribute('transport') === 'jsonp' ? 'jsonp' : 'json';
    const client = createClient({ url, token, transport, callbacks: callbackHome, ...storageOf() });
    this.#client = client;
    addStyles(this.#root);
    this.#draw(client);
    window.addEventListener(SIGNED_IN, this.#onSignedIn);
    window.addEventListener(SIGNED_OUT, this.#onSignedOut);
    client.start();
  }

  attributeChangedCallback(): void {
    if (this.#client !== undefined) this.#draw(this.#client);
    else if (this.isConnected) this.connectedCallback();
  }

  disconnectedCallback(): void {
    window.removeEventListener(SIGNED_IN, this.#onSignedIn);
    window.removeEventListener(SIGNED_OUT, this.#onSignedOut);
    this.#client?.leave();
    this.#client = undefined;
    render(null, this.#root);
  }

  /** The page has set it on an element that was none of ours yet: then it hides the one above. */
  #takeToken(): void {
    const { token } = this;
    Reflect.deleteProperty(this, 'token');
    this.token = token;
  }

  #tokenSource(): TokenSource | undefined {
    const address = this.getAttribute('token-url');
    return this.#token ?? (address === null ? undefined : tokenFrom(new URL(address, document.baseURI).href));
  }

  #draw(client: Client): void {
    const language = wordsFor(wishedLanguages(this.getAttribute('lang')));
    const avatarUrl = this.getAttribute('avatar-url') ?? undefined;
    const sound = this.getAttribute('sound') !== 'off';
    render(
      <Safely>
        <SettingContext.Provider value={{ client, avatarUrl, sound }}>
          <WordsContext.Provider value={language}>
            <Dock wishes={this.#wishes} />
          </WordsContext.Provider>
        </SettingContext.Provider>
      </Safely>,
      this.#root,
    );
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
