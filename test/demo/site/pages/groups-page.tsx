/** The neighbourhood's groups, and what they have planned. */
import type { Event, Group } from '../content/groups.ts';
import type { Names, SitePerson } from '../people.ts';
import { EventList } from './event-list.tsx';
import { Face } from './face.tsx';
import { Layout, type MemberFrame } from './layout.tsx';
import { PersonLink } from './person-link.tsx';

interface Props extends MemberFrame {
  readonly groups: readonly Group[];
  readonly events: readonly Event[];
  readonly names: Names;
}

export function GroupsPage({ groups, events, names, ...frame }: Props) {
  return (
    <Layout {...frame} title="Groups and events">
      <h1>Groups and events</h1>
      <p class="lead">Everybody is welcome at all of them: come along, or ask whoever leads it.</p>
      <section class="card planned" aria-labelledby="events">
        <h2 id="events">Coming up</h2>
        <EventList {...{ events, names }} inFull />
      </section>
      <section aria-labelledby="groups">
        <h2 id="groups">Groups</h2>
        <div class="cards">
          {groups.map((group) => (
            <GroupCard key={group.id} {...{ group, names }} />
          ))}
        </div>
      </section>
    </Layout>
  );
}

function GroupCard({ group, names }: { group: Group; names: Names }) {
  const members = group.members.flatMap((id): SitePerson[] => {
    const name = names.get(id);
    return name === undefined ? [] : [{ id, name }];
  });
  return (
    <article class="card group" data-testid="group">
      <h3>{group.name}</h3>
      <p>{group.about}</p>
      <small>{group.meets}</small>
      <ul class="faces">
        {members.map((person) => (
          <li key={person.id}>
            <Face person={person} size="small" />
            <PersonLink person={person} />
          </li>
        ))}
      </ul>
    </article>
  );
}
