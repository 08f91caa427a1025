/** The way around the site, in the language that the person chose. */
import { LANGUAGES, type Language } from '../content/languages.ts';
import type { SitePerson } from '../people.ts';
import { Face } from './face.tsx';

interface Props {
  readonly person: SitePerson;
  readonly path: string;
  readonly isOperator: boolean;
  readonly lang: Language;
}

export function Navigation({ person, path, isOperator, lang }: Props) {
  const words = LANGUAGES[lang];
  const places = [
    ['/', words.home],
    ['/people', words.people],
    ['/groups', words.groups],
    ['/settings', words.settings],
    ...(isOperator ? [['/admin', words.operator]] : []),
  ] as const;
  return (
    <>
      <nav class="places">
        {places.map(([to, text]) => (
          <a key={to} href={to} {...(path === to && { 'aria-current': 'page' as const })}>
            {text}
          </a>
        ))}
      </nav>
      <div class="self">
        <a class="self-link" href={`/people/${encodeURIComponent(person.id)}`}>
          <Face person={person} size="small" />
          <bdi class="me" data-testid="me" data-user={person.id}>
            {person.name}
          </bdi>
        </a>
        <form method="post" action="/sign-out">
          <button class="quiet" type="submit" data-testid="sign-out">
            {words.signOut}
          </button>
        </form>
      </div>
    </>
  );
}
