/** One person: who they are, whom both know, and what they wrote. */
import type { Post } from '../content/posts.ts';
import { profileOf, type Profile } from '../content/profiles.ts';
import type { Listed, Names, SitePerson } from '../people.ts';
import { Face, tintOf } from './face.tsx';
import { FriendButton } from './friend-button.tsx';
import { Layout, type MemberFrame } from './layout.tsx';
import { PersonLink } from './person-link.tsx';
import { PostCard } from './post-card.tsx';
import { Scene } from './scene.tsx';

interface Props extends MemberFrame {
  readonly who: Listed;
  readonly inCommon: readonly SitePerson[];
  readonly posts: readonly Post[];
  readonly names: Names;
}

export function ProfilePage({ who, inCommon, posts, names, ...frame }: Props) {
  const profile = profileOf(who.id);
  const isSelf = who.id === frame.person.id;
  return (
    <Layout {...frame} title={who.name}>
      <ProfileHead {...{ who, profile, isSelf }} />
      <div class="columns">
        <section aria-labelledby="posts">
          <h2 id="posts">Posts</h2>
          {posts.length === 0 && <p class="card empty">Nothing has been posted here yet.</p>}
          {posts.map((post) => (
            <PostCard key={post.id} {...{ post, names }} />
          ))}
        </section>
        <aside class="beside" aria-label="More about this person">
          <Facts profile={profile} />
          {!isSelf && <InCommon people={inCommon} />}
        </aside>
      </div>
    </Layout>
  );
}

function ProfileHead({ who, profile, isSelf }: { who: Listed; profile: Profile; isSelf: boolean }) {
  return (
    <section class="card profile" data-testid="profile" data-user={who.id}>
      <div class={`cover tint-${tintOf(who.id)}`}>
        <Scene name="hills" />
      </div>
      <div class="headline">
        <Face person={who} size="large" />
        <div class="who">
          <h1>
            <bdi>{who.name}</bdi>
          </h1>
          <small>{isSelf ? `@${who.id} · this is you` : `@${who.id}`}</small>
        </div>
        {!isSelf && <Deeds who={who} />}
      </div>
      <p class="said">{profile.about}</p>
      <p id="said" class="said" role="status" />
    </section>
  );
}

/** The chat is for friends only; opening it needs a script, so without one there is no button. */
function Deeds({ who }: { who: Listed }) {
  return (
    <div class="deeds">
      {who.isFriend && (
        <button type="button" data-testid="message" data-message={who.id} hidden>
          Message
        </button>
      )}
      <FriendButton person={who} back={`/people/${encodeURIComponent(who.id)}`} />
    </div>
  );
}

function Facts({ profile: { street, since, likes } }: { profile: Profile }) {
  return (
    <section class="card" aria-labelledby="facts">
      <h2 id="facts">About</h2>
      <dl class="facts">
        <dt>Lives in</dt>
        <dd>{street}</dd>
        <dt>Here since</dt>
        <dd>{since}</dd>
      </dl>
      <ul class="chips">
        {likes.map((like) => (
          <li key={like}>{like}</li>
        ))}
      </ul>
    </section>
  );
}

function InCommon({ people }: { people: readonly SitePerson[] }) {
  return (
    <section class="card" aria-labelledby="common" data-testid="in-common">
      <h2 id="common">Friends in common</h2>
      {people.length === 0 && <p>None yet.</p>}
      <ul class="persons">
        {people.map((person) => (
          <li key={person.id} class="person">
            <Face person={person} size="small" />
            <PersonLink person={person} />
          </li>
        ))}
      </ul>
    </section>
  );
}
