/** The languages that there are. A new one: its file in `catalogue/`, and a line here. */
import { ar } from './catalogue/ar.ts';
import { de } from './catalogue/de.ts';
import { en } from './catalogue/en.ts';
import { fr } from './catalogue/fr.ts';
import { datesIn, type Dates } from './dates.ts';
import type { Catalogue, Words } from './words.ts';

export const CATALOGUES: Readonly<Record<string, Catalogue>> = { en, de, fr, ar };

export interface Language {
  /** Of the catalogue: what to put into `lang`. */
  readonly lang: string;
  /** The reader's own tag of it, for Intl. */
  readonly locale: string;
  readonly dir: 'ltr' | 'rtl';
  readonly words: Words;
  readonly dates: Dates;
  /** A number that stands alone, in the reader's digits. */
  readonly number: (count: number) => string;
}

/**
 * The first of these languages that there is; English when there is none. `de-AT` and `de_AT` are German, written as in
 * Austria; and so is `de` where a later one is `de-AT`: a page says in which language it is, and the browser says where
 * its reader is at home. What is no language tag (RFC 5646) is passed over.
 */
export function wordsFor(languages: readonly string[]): Language {
  const locales = languages.flatMap((tag) => canonical(tag) ?? []);
  for (const locale of locales) {
    const [lang = ''] = locale.split('-');
    const catalogue = Object.hasOwn(CATALOGUES, lang) ? CATALOGUES[lang] : undefined;
    const regional = locale === lang ? locales.find((one) => one.startsWith(`${lang}-`)) : undefined;
    if (catalogue !== undefined) return languageOf(catalogue, lang, regional ?? locale);
  }
  return languageOf(en, 'en', 'en');
}

/** What to give to `wordsFor`: the dock's own `lang` first, then the page's, then what the browser is set to. */
export function wishedLanguages(own: string | null): string[] {
  return [own ?? '', document.documentElement.lang, ...navigator.languages];
}

function languageOf({ dir, wordsIn }: Catalogue, lang: string, locale: string): Language {
  const numbers = new Intl.NumberFormat(locale);
  const number = (count: number): string => numbers.format(count);
  return { lang, locale, dir, words: wordsIn(locale), dates: datesIn(locale), number };
}

function canonical(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0];
  } catch {
    return undefined;
  }
}
