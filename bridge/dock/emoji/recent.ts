/** Emoji that were used lately, the last one first: of this browser, for whoever sits at it. */

const KEY = 'im:emoji';

/** Three rows. */
const MOST_RECENT = 24;

export function recentEmoji(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept.filter((one) => typeof one === 'string').slice(0, MOST_RECENT);
  } catch {
    return []; // storage is forbidden, or holds something else
  }
}

export function rememberEmoji(char: string): void {
  const chars = [char, ...recentEmoji().filter((one) => one !== char)].slice(0, MOST_RECENT);
  try {
    localStorage.setItem(KEY, JSON.stringify(chars));
  } catch {
    // Storage is full or forbidden: nothing is remembered, and nothing else is lost.
  }
}
