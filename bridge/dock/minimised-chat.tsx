/** A window folded to its title, with the number of messages that nobody has seen. */
import type { Buddy } from '../client/index.ts';
import { Badge } from './buddy-list.tsx';
import { WORDS } from './words.ts';

interface Props {
  buddy: Buddy;
  unseen: number;
  open: () => void;
  close: () => void;
}

export function MinimisedChat({ buddy: { id, name, show }, unseen, open, close }: Props) {
  return (
    <section class="panel chat minimised" data-testid="im-window" data-user={id} data-minimised="true">
      <div class="bar">
        <button class="title" type="button" aria-label={WORDS.open(name)} onClick={open}>
          <span class={`dot ${show}`} aria-hidden="true" />
          <span class="name">{name}</span>
          {unseen > 0 && <Badge count={unseen} />}
        </button>
        <button class="icon" type="button" aria-label={WORDS.close(name)} onClick={close}>
          ×
        </button>
      </div>
    </section>
  );
}
