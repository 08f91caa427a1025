/** The front page of a member: what the neighbours write, and their friends beside it. */
import type { Event } from '../content/groups.ts';
import type { Post } from '../content/posts.ts';
import type { Listed, Names } from '../people.ts';
import { EventList } from './event-list.tsx';
import { Layout, type MemberFrame } from './layout.tsx';
import { PersonCard } from './person-card.tsx';
import { PostCard } from './post-card.tsx';
import type { SitePerson } from '../people.ts';

interface Props extends MemberFrame {
  readonly person: SitePerson;
  readonly friends: readonly Listed[];
  readonly posts: readonly Post[];
  readonly names: Names;
  readonly events: readonly Event[];
}

export function HomePage({ friends, posts, names, events, ...frame }: Props) {
  return (
    <Layout {...frame} title="Home">
      <h1>
        Hello, <bdi>{frame.person.name}</bdi>
      </h1>
      <div class="columns">
        <section aria-labelledby="news">
          <h2 id="news">From the neighbourhood</h2>
          {posts.map((post) => (
            <PostCard key={post.id} {...{ post, names }} />
          ))}
        </section>
        <aside class="beside" aria-label="Your friends and what is planned">
          <FriendsCard friends={friends} />
          <section class="card" aria-labelledby="soon">
            <h2 id="soon">Coming up</h2>
            <EventList {...{ events, names }} />
            <a href="/groups">All groups and events</a>
          </section>
        </aside>
      </div>
    </Layout>
  );
}

function FriendsCard({ friends }: { friends: readonly Listed[] }) {
  return (
    <section class="card" aria-labelledby="friends">
      <h2 id="friends">Your friends</h2>
      {friends.length === 0 && (
        <p>
          Nobody yet. <a href="/people">See who is here</a>.
        </p>
      )}
      <ul class="persons">
        {friends.map((person) => (
          <PersonCard key={person.id} person={person} back="/" />
        ))}
      </ul>
    </section>
  );
}
