/**
 * The dock's script. It is the global `IMDock`, and with `data-token-url` on its own tag it needs no call:
 *
 *   <script src="https://chat.example/im.js" data-token-url="/chat/token" async></script>
 */
import type { TokenSource } from '../client/index.ts';
import { DockElement } from './element.tsx';

export { cb } from './callbacks.ts';
export { conversationOf, createClient, linesWith, tokenFrom, unreadOf } from '../client/index.ts';

/** What a page says of its dock; on the script tag as `data-token-url` and so on, on `<im-dock>` as attributes. */
export interface MountOptions {
  /** The bridge's address: where this script came from, unless it is told otherwise. */
  readonly url?: string | undefined;
  /** The site's endpoint that answers `{"user","token"}`, or 401 when nobody is signed in. */
  readonly tokenUrl?: string | undefined;
  /** In its place: a function that resolves to `{user, token}`, or to undefined when nobody is signed in. */
  readonly token?: TokenSource | undefined;
  /** `json` unless told otherwise. */
  readonly transport?: 'json' | 'jsonp' | undefined;
  /** A language tag; else the page's, else the browser's. */
  readonly lang?: string | undefined;
  /** `light` or `dark`; else as the reader's system is. */
  readonly theme?: string | undefined;
  /** Where pictures are, with `{id}` for the site's id of the person. */
  readonly avatarUrl?: string | undefined;
  /** `off`: silent until the person wants sound. */
  readonly sound?: string | undefined;
}

const TAG = 'im-dock';

/** Only while the script runs first does the page say which tag it came from. */
const ownTag = document.currentScript instanceof HTMLScriptElement ? document.currentScript : undefined;
const ownUrl = ownTag === undefined ? undefined : new URL('.', ownTag.src).href.replace(/\/$/, '');

/** Puts a dock at the end of the page; `remove()` on what it returns takes it away, and leaves the chat. */
export function mount({ token, ...options }: MountOptions): HTMLElement {
  const element = document.createElement(TAG);
  const { url = ownUrl, tokenUrl, transport, lang, theme, avatarUrl, sound } = options;
  const attributes = { url, 'token-url': tokenUrl, transport, lang, theme, 'avatar-url': avatarUrl, sound };
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) element.setAttribute(name, value);
  if (token !== undefined) Object.assign(element, { token });
  document.body.append(element);
  return element;
}

function mountByTag(): void {
  const said: MountOptions = Object.fromEntries(Object.entries(ownTag?.dataset ?? {}));
  if (said.tokenUrl !== undefined && document.querySelector(TAG) === null) mount(said);
}

if (customElements.get(TAG) === undefined) customElements.define(TAG, DockElement);
// The tag may stand in the head, and be loaded before there is a body.
if (document.readyState === 'loading')
  document.addEventListener('DOMContentLoaded', mountByTag, { once: true });
else mountByTag();
