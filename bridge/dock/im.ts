/**
 * The dock's script. It is the global `IMDock`, and with `data-token-url` on its own tag it needs no call:
 *
 *   <script src="https://chat.example/im.js" data-token-url="/chat/token" async></script>
 */
import { DockElement } from './element.tsx';

export { cb } from './callbacks.ts';
export { createClient, linesWith, tokenFrom } from '../client/index.ts';

export interface MountOptions {
  /** The bridge's address: where this script came from, unless it is told otherwise. */
  readonly url?: string;
  /** The site's endpoint that answers `{"user","token"}`, or 401 when nobody is signed in. */
  readonly tokenUrl: string;
  readonly transport?: 'json' | 'jsonp';
}

const TAG = 'im-dock';

/** Only while the script runs first does the page say which tag it came from. */
const ownTag = document.currentScript instanceof HTMLScriptElement ? document.currentScript : undefined;
const ownUrl = ownTag === undefined ? undefined : new URL('.', ownTag.src).href.replace(/\/$/, '');

/** Puts a dock at the end of the page; `remove()` on what it returns takes it away, and leaves the chat. */
export function mount({ url = ownUrl, tokenUrl, transport = 'json' }: MountOptions): HTMLElement {
  const element = document.createElement(TAG);
  if (url !== undefined) element.setAttribute('url', url);
  element.setAttribute('token-url', tokenUrl);
  element.setAttribute('transport', transport);
  document.body.append(element);
  return element;
}

function mountByTag(): void {
  const tokenUrl = ownTag?.dataset['tokenUrl'];
  if (tokenUrl === undefined || document.querySelector(TAG) !== null) return;
  mount({ tokenUrl, transport: ownTag?.dataset['transport'] === 'jsonp' ? 'jsonp' : 'json' });
}

if (customElements.get(TAG) === undefined) customElements.define(TAG, DockElement);
// The tag may stand in the head, and be loaded before there is a body.
if (document.readyState === 'loading')
  document.addEventListener('DOMContentLoaded', mountByTag, { once: true });
else mountByTag();
