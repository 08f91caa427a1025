/** How many messages nobody has read. */
import { useWords } from './words/context.ts';

/** More are "99+". */
const MOST_SHOWN = 99;

export function Badge({ count }: { count: number }) {
  const words = useWords();
  if (count === 0) return null;
  return (
    <span class="badge" data-testid="im-badge" data-count={count}>
      <span aria-hidden="true">{count > MOST_SHOWN ? `${MOST_SHOWN}+` : count}</span>
      <span class="unheard">{words.chat.unread(count)}</span>
    </span>
  );
}
