/** A message's body -> its text and the links in it. Nothing is read as markup, and nothing is changed. */

export type Part =
  | { readonly type: 'text'; readonly text: string }
  /** `href` is http, https or mailto, as the URL standard writes it. */
  | { readonly type: 'link'; readonly text: string; readonly href: string };

/** Links of one body at the most: what comes behind them is text. */
const MOST_LINKS = 100;

/** Characters: more than browsers and servers commonly take. */
const LONGEST_LINK = 2048;

/**
 * What ends an address: blanks, quotes, full-width punctuation, and all that is unseen and turns what stands around
 * it (bidi controls, UAX #9): so no link holds one, and it reads in the order in which it is followed.
 */
const REST = String.raw`[^\s<>"\u0060\u0000-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F“”„«»‹›。，、！？；：「」『』【】（）《》]*`;

/** Known ends of names that are written without "www."; those that are words ("is", "it", "in") would find links in prose. */
const ENDS = 'com|org|net|edu|gov|info|eu|io|de|ch|fr|uk|nl|tv';

const LABELS = String.raw`(?:[a-z\d][a-z\d-]{0,62}\.){1,8}`;
const NO_MORE = String.raw`(?![\p{L}\p{N}_.-]*[\p{L}\p{N}_@-])`;
const MAIL = String.raw`([a-z\d][\w.+-]{0,63}@${LABELS}[a-z]{2,24}${NO_MORE})`;
/** With what may come before a name (`user:password@`) and behind it (`:port`): the URL standard takes it apart. */
const ADDRESS = String.raw`(?:https?:\/\/|www\.)[\p{L}\p{N}][\p{L}\p{N}\p{M}._:@-]*`;
const BARE = String.raw`${LABELS}(?:${ENDS})${NO_MORE}(?::\d{1,5})?`;

/**
 * Every start is at a boundary, and what repeats without a bound never has to be given back: so a body is read once,
 * whatever is in it. `http://` may follow a letter of a language that is written without blanks.
 */
const LINK = new RegExp(
  String.raw`(?:(^|[^\w.@-])${ADDRESS}|(^|[^\p{L}\p{M}\p{N}_.@-])(?:${MAIL}|${BARE}))(?:[/?#]${REST})?`,
  'giu',
);

/** The texts of all parts, joined, are the body. */
export function partsOf(body: string): Part[] {
  const parts: Part[] = [];
  let done = 0;
  let links = 0;
  const addText = (end: number): void => {
    if (end > done) parts.push({ type: 'text', text: body.slice(done, end) });
  };
  for (const match of body.matchAll(LINK)) {
    const [all, beforeAddress, beforeName, mail] = match;
    const before = (beforeAddress ?? beforeName ?? '').length;
    const start = match.index + before;
    const text = mail ?? withoutEnd(all.slice(before));
    const href = body[start + text.length] === '@' ? undefined : hrefOf(text, mail !== undefined);
    if (href === undefined) continue;
    addText(start);
    parts.push({ type: 'link', text, href });
    done = start + text.length;
    links += 1;
    if (links === MOST_LINKS) break;
  }
  addText(body.length);
  return parts;
}

function hrefOf(text: string, isMail: boolean): string | undefined {
  if (text.length > LONGEST_LINK) return undefined;
  if (isMail) return `mailto:${text}`;
  try {
    const url = new URL(/^https?:/i.test(text) ? text : `https://${text}`);
    // What stands before an `@` may look like another site.
    return url.hostname.includes('.') && url.username === '' ? url.href : undefined;
  } catch {
    return undefined; // a port above 65535, a name that can't be
  }
}

const OPENING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Punctuation at the end belongs to the sentence; so does a bracket that was opened before the address. */
function withoutEnd(link: string): string {
  const count: Record<string, number> = {};
  for (const char of link) if ('()[]{}'.includes(char)) count[char] = (count[char] ?? 0) + 1;
  let end = link.length;
  for (; end > 0; end -= 1) {
    const last = link.charAt(end - 1);
    const opening = OPENING[last];
    if (opening === undefined && !".,:;!?…'’*_~|،؛؟-".includes(last)) break;
    if (opening === undefined) continue;
    if ((count[last] ?? 0) <= (count[opening] ?? 0)) break;
    count[last] = (count[last] ?? 0) - 1;
  }
  return link.slice(0, end);
}
