/** The frame of every page: the heading, what the page is about, and the dock's one script tag. */
import type { ComponentChildren } from 'preact';
import type { SitePerson } from '../people.ts';

export interface Frame {
  readonly person: SitePerson | undefined;
  readonly dock: URL;
  /** The path of this page. */
  readonly path: string;
}

interface Props extends Frame {
  title: string;
  children: ComponentChildren;
}

export function Layout({ person, dock, path, title, children }: Props) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Lindentree`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/site.css" />
        <script src={dock.href} data-token-url="/chat/token" async />
      </head>
      <body>
        <header class="top">
          <a class="brand" href="/">
            Lindentree
          </a>
          {person !== undefined && <Navigation person={person} path={path} />}
        </header>
        <main>{children}</main>
        <footer>Lindentree is the demo site of im-bridge: its members are made up.</footer>
      </body>
    </html>
  );
}

function Navigation({ person, path }: { person: SitePerson; path: string }) {
  const link = (to: string, text: string) => (
    <a href={to} {...(path === to && { 'aria-current': 'page' as const })}>
      {text}
    </a>
  );
  return (
    <nav>
      {link('/', 'Home')}
      {link('/people', 'People')}
      <span class="me" data-testid="me" data-user={person.id}>
        {person.name}
      </span>
      <form method="post" action="/sign-out">
        <button class="quiet" type="submit" data-testid="sign-out">
          Sign out
        </button>
      </form>
    </nav>
  );
}
