/** A window folded to its title, with the number of messages that nobody has read. */
import type { Buddy } from '../../client/index.ts';
import { Badge } from '../badge.tsx';
import { Face } from '../face.tsx';
import { useFocusAtFirst } from '../focus.ts';
import { IconButton } from '../icon-button.tsx';
import { useWords } from '../words/context.ts';

interface Props {
  buddy: Buddy;
  unread: number;
  /** Has the person just minimised it? */
  takesFocus: boolean;
  open: () => void;
  close: () => void;
}

export function MinimisedChat({ buddy, unread, takesFocus, open, close }: Props) {
  const words = useWords();
  const { id, name, avatar, show } = buddy;
  const title = useFocusAtFirst(takesFocus);
  return (
    <section
      class="panel minimised"
      aria-label={words.chat.conversation(name)}
      data-testid="im-window"
      data-user={id}
      data-minimised="true"
    >
      <div class="bar">
        <button
          class="bar-title"
          ref={title}
          type="button"
          data-testid="im-title"
          title={words.chat.open(name)}
          onClick={open}
        >
          <Face {...{ id, name, avatar, show }} />
          <bdi class="name">{name}</bdi>
          <Badge count={unread} />
        </button>
        <IconButton icon="close" testId="im-close" label={words.chat.close(name)} onClick={close} />
      </div>
    </section>
  );
}
