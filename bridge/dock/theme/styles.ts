/** The dock's looks, in its shadow tree and nowhere else. */
import emoji from '../emoji/emoji.css';
import base from './base.css';
import chat from './chat.css';
import dark from './dark.css';
import list from './list.css';
import phone from './phone.css';

/** The same where the reader's system is dark, and neither page nor attribute says otherwise. */
const bySystem = dark.replace(":host([theme='dark'])", ":host(:not([theme='light']))");
const darkSystem = `@media (prefers-color-scheme: dark) {${bySystem}}`;

const ALL = [base, darkSystem, dark, list, emoji, chat, phone].join('\n');

/** A constructed sheet needs no `style-src` in the page's Content-Security-Policy. */
export function addStyles(root: ShadowRoot): void {
  const { adoptedStyleSheets: adopted } = root as Partial<ShadowRoot>; // Safari has it from 16.4 on
  if ((adopted?.length ?? 0) > 0 || root.querySelector('style') !== null) return;
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(ALL);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement('style'); // Safari before 16.4
    style.textContent = ALL;
    root.append(style);
  }
}
