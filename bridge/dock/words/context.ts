/** The reader's language, for every part of the dock. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Dates } from './dates.ts';
import { wordsFor, type Language } from './languages.ts';
import type { Words } from './words.ts';

/** English, where nobody has said anything else. */
export const WordsContext = createContext<Language>(wordsFor([]));

export function useLanguage(): Language {
  return useContext(WordsContext);
}

export function useWords(): Words {
  return useContext(WordsContext).words;
}

export function useDates(): Dates {
  return useContext(WordsContext).dates;
}
