/** How a browser's person wants the site and its chat: kept in a cookie, as it is about the browser and not the account. */
import type { Request, Response } from 'express';
import { LANGUAGES, type Language } from './content/languages.ts';
import { cookieOf } from './cookies.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export const SOUNDS = ['on', 'off'] as const;

export interface Preferences {
  readonly lang: Language;
  readonly theme: (typeof THEMES)[number];
  readonly sound: (typeof SOUNDS)[number];
}

const COOKIE = 'demo_site_preferences';
/** Milliseconds. */
const LIFETIME = 365 * 24 * 3600 * 1000;

export function preferencesOf(request: Request): Preferences {
  return preferencesFrom(new URLSearchParams(cookieOf(request, COOKIE) ?? ''));
}

/** Each has to be one that there is; anything else counts as not chosen. */
export function preferencesFrom(chosen: URLSearchParams): Preferences {
  return {
    lang: oneOf(Object.keys(LANGUAGES) as Language[], chosen.get('lang'), 'en'),
    theme: oneOf(THEMES, chosen.get('theme'), 'auto'),
    sound: oneOf(SOUNDS, chosen.get('sound'), 'on'),
  };
}

export function keepPreferences(response: Response, preferences: Preferences): void {
  const value = new URLSearchParams({ ...preferences }).toString();
  const encode = (text: string): string => text; // of letters, = and & only
  response.cookie(COOKIE, value, { httpOnly: true, sameSite: 'lax', path: '/', maxAge: LIFETIME, encode });
}

function oneOf<T extends string>(choices: readonly T[], value: string | null, otherwise: T): T {
  return choices.find((choice) => choice === value) ?? otherwise;
}
