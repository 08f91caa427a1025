/** How the person of this browser wants the site and its chat. */
import type { ComponentChildren } from 'preact';
import { LANGUAGES } from '../content/languages.ts';
import { SOUNDS, THEMES } from '../preferences.ts';
import { Layout, type MemberFrame } from './layout.tsx';

const THEME_NAMES = { auto: 'As my device has it', light: 'Light', dark: 'Dark' } as const;
const SOUND_NAMES = { on: 'Play a sound when a friend writes', off: 'Stay silent' } as const;

export function SettingsPage({ saved, ...frame }: MemberFrame & { saved: boolean }) {
  const { lang, theme, sound } = frame.preferences;
  const languages = Object.entries(LANGUAGES).map(([tag, words]) => ({
    value: tag,
    text: words.language,
    ...words,
  }));
  return (
    <Layout {...frame} title="Settings">
      <h1>Settings</h1>
      <p class="lead">
        They are kept in this browser, and told to the chat by attributes of its script tag. The navigation
        and the chat follow the language, and its direction; what the neighbours write stays as they wrote it.
      </p>
      {saved && (
        <p class="saved" role="status" data-testid="saved">
          Your settings are saved.
        </p>
      )}
      <form class="card settings" method="post" action="/settings">
        <fieldset>
          <legend>Language</legend>
          {languages.map(({ value, text, dir }) => (
            <Choice key={value} name="lang" {...{ value, chosen: lang }}>
              <span lang={value} dir={dir}>
                {text}
              </span>
            </Choice>
          ))}
        </fieldset>
        <fieldset>
          <legend>Theme</legend>
          {THEMES.map((value) => (
            <Choice key={value} name="theme" {...{ value, chosen: theme }}>
              {THEME_NAMES[value]}
            </Choice>
          ))}
        </fieldset>
        <fieldset>
          <legend>Sound</legend>
          {SOUNDS.map((value) => (
            <Choice key={value} name="sound" {...{ value, chosen: sound }}>
              {SOUND_NAMES[value]}
            </Choice>
          ))}
        </fieldset>
        <button type="submit" data-testid="save">
          Save
        </button>
      </form>
    </Layout>
  );
}

interface ChoiceProps {
  name: string;
  value: string;
  chosen: string;
  children: ComponentChildren;
}

function Choice({ name, value, chosen, children }: ChoiceProps) {
  return (
    <label class="choice">
      <input type="radio" name={name} value={value} checked={value === chosen} />
      {children}
    </label>
  );
}
