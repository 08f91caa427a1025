/** One member, and whether they are a friend. */
import type { Listed } from '../people.ts';

/** Colours of style.css. */
const TINTS = 6;

interface Props {
  person: Listed;
  /** Where to go after the button. */
  back: string;
}

export function PersonCard({ person: { id, name, isFriend }, back }: Props) {
  const verb = isFriend ? 'remove' : 'add';
  return (
    <li class="card" data-testid="person" data-user={id}>
      <span class={`face tint-${tintOf(id)}`} aria-hidden="true">
        {Array.from(name)[0]?.toUpperCase()}
      </span>
      <span class="who">
        <strong>{name}</strong>
        <small>{isFriend ? 'your friend' : `@${id}`}</small>
      </span>
      <form method="post" action={`/friends/${verb}`}>
        <input type="hidden" name="user" value={id} />
        <input type="hidden" name="back" value={back} />
        <button
          class={isFriend ? 'quiet' : ''}
          type="submit"
          data-testid={`${verb}-friend`}
          data-user={id}
          aria-label={isFriend ? `Remove ${name} from your friends` : `Add ${name} as a friend`}
        >
          {isFriend ? 'Remove' : 'Add friend'}
        </button>
      </form>
    </li>
  );
}

function tintOf(id: string): number {
  return Array.from(id).reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % TINTS;
}
