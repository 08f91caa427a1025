/** Becoming friends with somebody, or parting: a form, so that it needs no script. */
import type { Listed } from '../people.ts';

interface Props {
  readonly person: Listed;
  /** Where to go after the button. */
  readonly back: string;
}

export function FriendButton({ person: { id, name, isFriend }, back }: Props) {
  const verb = isFriend ? 'remove' : 'add';
  return (
    <form method="post" action={`/friends/${verb}`}>
      <input type="hidden" name="user" value={id} />
      <input type="hidden" name="back" value={back} />
      <button
        class={isFriend ? 'quiet' : ''}
        type="submit"
        data-testid={`${verb}-friend`}
        data-user={id}
        aria-label={isFriend ? `Remove ${name} from your friends` : `Add friend ${name}`}
      >
        {isFriend ? 'Remove' : 'Add friend'}
      </button>
    </form>
  );
}
