/** The emoji picker alone, in a shadow tree as in the dock: what tests make `im.js` of. */
import { render } from 'preact';
import { EmojiPicker } from '../../bridge/dock/emoji/emoji-picker.tsx';
import styles from '../../bridge/dock/emoji/emoji.css';
import { WordsContext } from '../../bridge/dock/words/context.ts';
import { wordsFor } from '../../bridge/dock/words/languages.ts';

export { cb } from '../../bridge/dock/callbacks.ts';

const THEME =
  ':host{--im-surface:#fff;--im-text:#1c2330;--im-quiet:#5b6472;--im-line:#d5dae2;--im-accent:#2f6fdd}';

/** Every copy of the script in a page has a place of its own. */
const host = document.createElement('div');
const root = host.attachShadow({ mode: 'open' });
const sheet = new CSSStyleSheet();
sheet.replaceSync(THEME + styles);
root.adoptedStyleSheets = [sheet];
document.body.append(host);

/** What is picked goes into the page's title. */
export function open(tag: string): void {
  const language = wordsFor([tag]);
  host.dir = language.dir;
  const pick = (char: string): void => void (document.title += char);
  render(
    <WordsContext.Provider value={language}>
      <EmojiPicker lang={language.lang} onPick={pick} onClose={close} />
    </WordsContext.Provider>,
    root,
  );
}

export function close(): void {
  render(null, root);
}

/** For every copy in the page at once. */
document.addEventListener('open-all', () => open('en'));
