/** How many messages nobody has read. */
import { useLanguage } from './words/context.ts';

/** More are "99+". */
const MOST_SHOWN = 99;

export function Badge({ count }: { count: number }) {
  const { words, number } = useLanguage();
  if (count === 0) return null;
  return (
    <span class="badge" data-testid="im-badge" data-count={count}>
      <span aria-hidden="true">{count > MOST_SHOWN ? `${number(MOST_SHOWN)}+` : number(count)}</span>
      <span class="unheard">{words.chat.unread(count)}</span>
    </span>
  );
}
