/** A person's name, which leads to their page. A name may run from right to left beside text that does not. */
import type { SitePerson } from '../people.ts';

export function PersonLink({ person: { id, name } }: { person: SitePerson }) {
  return (
    <a class="name" href={`/people/${encodeURIComponent(id)}`}>
      <bdi>{name}</bdi>
    </a>
  );
}
