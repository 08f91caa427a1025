/** The emoji of one language, and how they are found. Pure. */

export interface Emoji {
  readonly char: string;
  readonly name: string;
  /** Its name and other words for it, as they are compared. */
  readonly words: string;
}

/** By group, in the order of EMOJI_GROUPS. */
export type EmojiGroups = readonly (readonly Emoji[])[];

/** Emoji of one search at the most: who sees more types another letter. */
const MOST_FOUND = 160;

/** @param text as data.mjs writes it. */
export function parsed(text: string): EmojiGroups {
  return text.split('\n').map((group) => group.split('~').map(emojiOf));
}

function emojiOf(line: string): Emoji {
  const [char = '', name = '', tags = ''] = line.split('|');
  return { char, name, words: folded(`${name} ${tags}`) };
}

/** Those that have every word of the query; first those whose name begins with it, then where a word does. */
export function found(groups: EmojiGroups, query: string): readonly Emoji[] {
  const wanted = folded(query).split(/\s+/).filter(Boolean);
  const first = wanted[0];
  if (first === undefined) return [];
  const rank = ({ words }: Emoji): number => {
    if (words.startsWith(first)) return 0;
    return words.includes(` ${first}`) ? 1 : 2;
  };
  return groups
    .flat()
    .filter(({ words }) => wanted.every((word) => words.includes(word)))
    .map((emoji) => ({ emoji, at: rank(emoji) }))
    .sort((a, b) => a.at - b.at)
    .slice(0, MOST_FOUND)
    .map(({ emoji }) => emoji);
}

/** Without case and accents: `Tete` finds `tête`. */
function folded(text: string): string {
  return text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
}
