/**
 * What a search looks for, and what it finds. The index of the database knows words of three characters and more,
 * but not the commonest of English, in languages that leave blanks between words. So it is asked for one word that
 * it knows, if there is one; what comes is compared here, where every word counts.
 */

/** Letters, digits, their marks and low lines, as MariaDB has it (storage/innobase/include/ftdefs.h: true_word_char). */
const WORD = /[\p{L}\p{N}\p{M}_]+/gu;
/** A word that the index knows as one: no marks, at which it cuts. */
const INDEXED = /^[\p{L}\p{N}_]{3,84}$/u;
/** Written without blanks, or, as Korean, with endings that hang on the word. */
const WITHOUT_BLANKS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;
/** InnoDB leaves these out of the index (information_schema.INNODB_FT_DEFAULT_STOPWORD), as far as they are long enough. */
const STOP_WORDS = new Set(
  'about are com for from how that the this was what when where who will with und www'.split(' '),
);
/** Latin, Greek and Cyrillic accents. Other marks make other letters. */
const ACCENTS = /[\u0300-\u036f]/g;

export interface Wanted {
  /** Words that a message must hold as words. */
  readonly words: readonly string[];
  /** Pieces that it must hold anywhere: of languages without blanks, or signs. */
  readonly pieces: readonly string[];
  /** What the index is asked for; undefined when it knows none of it. */
  readonly key: string | undefined;
}

/** Undefined when there is nothing to look for. */
export function wantedOf(text: string): Wanted | undefined {
  const parts = text.normalize('NFC').trim().split(/\s+/u).filter(Boolean);
  const words: string[] = [];
  const pieces: string[] = [];
  for (const part of parts) {
    const inIt = part.match(WORD) ?? [];
    if (inIt.length === 0) pieces.push(fold(part));
    for (const word of inIt) (WITHOUT_BLANKS.test(word) ? pieces : words).push(word);
  }
  if (words.length === 0 && pieces.length === 0) return undefined;
  return { words: words.map(fold), pieces: pieces.map(fold), key: keyOf(words) };
}

/** Of all words the longest: it is in the fewest messages. */
function keyOf(words: readonly string[]): string | undefined {
  return words
    .filter((word) => INDEXED.test(word) && !STOP_WORDS.has(word.toLowerCase()))
    .reduce<string | undefined>((best, word) => (word.length > (best?.length ?? 0) ? word : best), undefined);
}

/** Does the text hold everything that is wanted? Upper and lower case, accents and widths make no difference. */
export function holds(text: string, { words, pieces }: Wanted): boolean {
  const folded = fold(text);
  const own = new Set(folded.match(WORD) ?? []);
  return words.every((word) => own.has(word)) && pieces.every((piece) => folded.includes(piece));
}

function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(ACCENTS, '').toUpperCase().toLowerCase();
}
