/**
 * emojibase -> what the picker loads: `emoji.LANG.js`, a script that hands one string to the dock. Compact: groups are
 * parted by a line end, emoji by `~`, and each is `emoji|name|words to find it by`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** emojibase's numbers of Unicode's groups, in the order of EMOJI_GROUPS. 2, components, are parts of emoji. */
const GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9];

/** Emoji of later versions are boxes on systems of before 2023. */
const LATEST_VERSION = 15;

const catalogue = fileURLToPath(new URL('../words/catalogue', import.meta.url));
const dataOf = (lang) => fileURLToPath(import.meta.resolve(`emojibase-data/${lang}/data.json`));

/** Languages of the dock for which there are names. */
export const emojiLanguages = readdirSync(catalogue)
  .map((file) => file.replace('.ts', ''))
  .filter((lang) => existsSync(dataOf(lang)));

export function emojiScript(lang) {
  const all = JSON.parse(readFileSync(dataOf(lang), 'utf8'));
  const groups = GROUPS.map((number) =>
    all
      .filter(({ group, version }) => group === number && version <= LATEST_VERSION)
      .sort((a, b) => a.order - b.order)
      .map(lineOf)
      .join('~'),
  );
  const name = JSON.stringify(`emoji-${lang}`);
  return `/*! names: Unicode CLDR; words: emojibase, MIT, Miles Johnson */
window.IMDock&&IMDock.cb&&IMDock.cb[${name}]&&IMDock.cb[${name}](${JSON.stringify(groups.join('\n'))});`;
}

function lineOf({ emoji, label, tags = [] }) {
  const own = label.toLowerCase();
  const words = tags.map((tag) => tag.toLowerCase()).filter((tag) => !own.includes(tag));
  const fields = [emoji, label, words.join(' ')];
  if (fields.some((field) => /[~|\n]/.test(field))) throw new Error(`a separator is in ${fields.join(' ')}`);
  return fields.join('|');
}
