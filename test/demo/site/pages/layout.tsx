/** The frame of every page: the way around, what the page is about, and the dock's one script tag. */
import type { ComponentChildren } from 'preact';
import { LANGUAGES } from '../content/languages.ts';
import type { SitePerson } from '../people.ts';
import type { Preferences } from '../preferences.ts';
import { Logo } from './logo.tsx';
import { Navigation } from './navigation.tsx';

export interface Frame {
  readonly person: SitePerson | undefined;
  readonly dock: URL;
  /** The path of this page. */
  readonly path: string;
  readonly preferences: Preferences;
  readonly isOperator: boolean;
  /** Whether the page has the site's own script beside the dock's. */
  readonly hasScript: boolean;
}

/** Of a page for those who are signed in. */
export interface MemberFrame extends Frame {
  readonly person: SitePerson;
}

interface Props extends Frame {
  title: string;
  children: ComponentChildren;
}

export function Layout({ title, children, ...frame }: Props) {
  const { person, path, preferences, isOperator } = frame;
  const { dir, skip } = LANGUAGES[preferences.lang];
  return (
    <html lang={preferences.lang} dir={dir} data-theme={preferences.theme}>
      <Head {...frame} title={title} />
      <body class={person === undefined ? 'stranger' : 'member'}>
        <a class="skip" href="#content">
          {skip}
        </a>
        <header class="top">
          <a class="brand" href="/">
            <Logo />
            Lindentree
          </a>
          {person !== undefined && <Navigation {...{ person, path, isOperator }} lang={preferences.lang} />}
        </header>
        <main id="content" tabIndex={-1} lang="en">
          {children}
        </main>
        <footer class="foot" lang="en">
          Lindentree is the demo site of im-bridge: its members are made up.
        </footer>
      </body>
    </html>
  );
}

type HeadProps = Pick<Frame, 'dock' | 'preferences' | 'hasScript'> & { title: string };

/** What was not chosen is left to the dock, which follows the page. */
function Head({ title, dock, preferences: { lang, theme, sound }, hasScript }: HeadProps) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content={theme === 'auto' ? 'light dark' : theme} />
      <title>{`${title} · Lindentree`}</title>
      <link rel="icon" href="data:," />
      <link rel="stylesheet" href="/site.css" />
      <script
        src={dock.href}
        data-token-url="/chat/token"
        {...(lang !== 'en' && { 'data-lang': lang })}
        {...(theme !== 'auto' && { 'data-theme': theme })}
        {...(sound !== 'on' && { 'data-sound': sound })}
        async
      />
      {hasScript && <script src="/site.js" type="module" />}
    </head>
  );
}
