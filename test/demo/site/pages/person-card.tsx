/** One member, and whether they are a friend. */
import type { Listed } from '../people.ts';
import { Face } from './face.tsx';
import { FriendButton } from './friend-button.tsx';
import { PersonLink } from './person-link.tsx';

interface Props {
  readonly person: Listed;
  /** Where to go after the button. */
  readonly back: string;
}

export function PersonCard({ person, back }: Props) {
  return (
    <li class="person" data-testid="person" data-user={person.id}>
      <Face person={person} />
      <span class="who">
        <PersonLink person={person} />
        <small>{person.isFriend ? 'your friend' : `@${person.id}`}</small>
      </span>
      <FriendButton person={person} back={back} />
    </li>
  );
}
