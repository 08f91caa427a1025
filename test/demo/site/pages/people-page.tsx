/** Everybody on the site. */
import { PAGE, type Listed } from '../people.ts';
import { Layout, type MemberFrame } from './layout.tsx';
import { PersonCard } from './person-card.tsx';

interface Props extends MemberFrame {
  people: readonly Listed[];
  search: string;
}

export function PeoplePage({ people, search, ...frame }: Props) {
  const back = search === '' ? '/people' : `/people?q=${encodeURIComponent(search)}`;
  return (
    <Layout {...frame} title="People">
      <h1>People</h1>
      <p class="lead">Only friends can write to each other. Add somebody, and the chat knows at once.</p>
      <form class="search" method="get" action="/people" role="search">
        <input name="q" value={search} aria-label="Name" placeholder="Name" />
        <button type="submit">Search</button>
      </form>
      {people.length === 0 && <p>Nobody of that name.</p>}
      <ul class="persons cards">
        {people.map((person) => (
          <PersonCard key={person.id} person={person} back={back} />
        ))}
      </ul>
      {people.length === PAGE && <p>{`The first ${PAGE} are shown: search for a name to see others.`}</p>}
    </Layout>
  );
}
