/** The front page of a member: their friends. */
import type { Listed, SitePerson } from '../people.ts';
import { Layout, type Frame } from './layout.tsx';
import { PersonCard } from './person-card.tsx';

interface Props extends Frame {
  person: SitePerson;
  friends: readonly Listed[];
}

export function HomePage({ friends, ...frame }: Props) {
  return (
    <Layout {...frame} title="Home">
      <h1>{`Hello, ${frame.person.name}`}</h1>
      <h2>Your friends</h2>
      {friends.length === 0 && (
        <p>
          Nobody yet. <a href="/people">See who is here</a>.
        </p>
      )}
      <ul class="cards">
        {friends.map((person) => (
          <PersonCard key={person.id} person={person} back="/" />
        ))}
      </ul>
    </Layout>
  );
}
