/**
 * Brings the emoji when they are wanted first. By a script tag, as `script-src` is all that a page must allow for the
 * dock; the script hands its text to `IMDock.cb`, the same object for every copy of the dock in a page.
 */
import { scriptAddress } from '../../client/script-address.ts';
import { cb } from '../callbacks.ts';
import { parsed, type EmojiGroups } from './emojis.ts';

/** Which there are: build.mjs puts them in. */
declare const EMOJI_LANGUAGES: readonly string[];

/** Milliseconds. */
const TIMEOUT = 20_000;

/** Where the dock's own script came from: known only while it runs first. */
const ownScript =
  typeof document !== 'undefined' && document.currentScript instanceof HTMLScriptElement
    ? document.currentScript.src
    : undefined;

const loaded = new Map<string, Promise<EmojiGroups>>();

/**
 * The names are English where there are none in that language. What failed may be asked for again.
 * @param from the folder of the scripts, if it is not the one that the dock's own came from.
 * @throws Error when they do not come.
 */
export function loadEmoji(lang: string, from?: string): Promise<EmojiGroups> {
  const known = EMOJI_LANGUAGES.includes(lang) ? lang : 'en';
  const base = from === undefined ? (ownScript ?? document.baseURI) : `${from.replace(/\/$/, '')}/`;
  const address = new URL(`emoji.${known}.js`, base).href;
  const coming = loaded.get(address) ?? request(address, `emoji-${known}`).then(parsed);
  loaded.set(address, coming);
  coming.catch(() => loaded.delete(address));
  return coming;
}

function request(address: string, key: string): Promise<string> {
  const script = document.createElement('script');
  return new Promise<string>((resolve, reject) => {
    const fail = (): void => end(() => reject(new Error('the emoji were not loaded')));
    const timer = setTimeout(fail, TIMEOUT);
    /** Another copy of the dock may wait for the same. */
    const other = cb[key];
    const take = (text: unknown): void => {
      other?.(text);
      if (typeof text === 'string') end(() => resolve(text));
    };
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      script.onload = script.onerror = null;
      script.remove();
      if (cb[key] === take) Reflect.deleteProperty(cb, key);
      settle();
    };
    cb[key] = take;
    script.onload = script.onerror = fail; // it has loaded, and called nobody
    script.async = true;
    script.referrerPolicy = 'origin';
    script.src = scriptAddress(address);
    document.head.append(script);
  });
}
