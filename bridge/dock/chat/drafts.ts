/** What was typed and not sent outlives a page load, in this tab of the browser alone. */

/** What could not be kept, as storage is full or forbidden, lives as long as the page. */
let unkept: string | undefined;

const KEY = 'im:drafts';

/** Drafts at the most, and characters of one: the storage is the page's too. */
const MOST_DRAFTS = 20;
const LONGEST_DRAFT = 20_000;

type Drafts = Readonly<Record<string, string>>;

export function draftTo(owner: string, peer: string): string {
  return draftsOf(owner)[peer] ?? '';
}

export function keepDraft(owner: string, peer: string, text: string): void {
  const others = Object.entries(draftsOf(owner)).filter(([user]) => user !== peer);
  const own: [string, string] = [peer, text.slice(0, LONGEST_DRAFT)];
  const kept = text.trim() === '' ? others : [...others, own];
  if (kept.length === 0) forgetDrafts();
  else keep(JSON.stringify({ owner, drafts: Object.fromEntries(kept.slice(-MOST_DRAFTS)) }));
}

function keep(text: string): void {
  unkept = undefined;
  try {
    sessionStorage.setItem(KEY, text);
  } catch {
    unkept = text;
  }
}

/** Nobody is signed in any more: whoever comes to this browser next finds nothing. */
export function forgetDrafts(): void {
  unkept = undefined;
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Storage is forbidden: nothing was kept.
  }
}

/** What another person has left here is not shown to this one. */
function draftsOf(owner: string): Drafts {
  try {
    const kept = JSON.parse(unkept ?? sessionStorage.getItem(KEY) ?? 'null') as {
      owner?: unknown;
      drafts?: unknown;
    } | null;
    if (kept?.owner !== owner || typeof kept.drafts !== 'object' || kept.drafts === null) return {};
    const texts = Object.entries(kept.drafts).filter(([, text]) => typeof text === 'string');
    return Object.fromEntries(texts);
  } catch {
    return {};
  }
}
