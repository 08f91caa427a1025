/** Whom the window is with, and what can be done with it. */
import type { Buddy } from '../../client/index.ts';
import { Face } from '../face.tsx';
import { IconButton } from '../icon-button.tsx';
import { useWords } from '../words/context.ts';

export interface ChatDeeds {
  close: () => void;
  /** Not on a phone, where the window fills the screen. */
  minimise?: () => void;
  /** Back to the friends, on a phone. */
  back?: () => void;
  /** Changes places with the next window: Alt with an arrow. */
  move?: (by: 1 | -1) => void;
}

export function ChatHeader({ buddy, close, minimise, back, move }: ChatDeeds & { buddy: Buddy }) {
  const words = useWords();
  const { id, name, avatar, show, status } = buddy;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!event.altKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') || move === undefined)
      return;
    event.preventDefault();
    const root = event.currentTarget as HTMLElement;
    const isBackwards = getComputedStyle(root).direction === 'rtl';
    move((event.key === 'ArrowLeft') !== isBackwards ? 1 : -1);
  };
  return (
    <header class="bar" onKeyDown={onKeyDown}>
      {back !== undefined && <IconButton icon="back" label={words.chat.back} onClick={back} />}
      <Face {...{ id, name, avatar, show }} />
      <span class="who">
        <bdi class="name">{name}</bdi>
        <span class="note">
          <bdi>{status !== undefined && status !== '' ? status : words.shows[show]}</bdi>
        </span>
      </span>
      {minimise !== undefined && (
        <IconButton
          icon="minimise"
          testId="im-minimise"
          label={words.chat.minimise(name)}
          onClick={minimise}
        />
      )}
      <IconButton icon="close" testId="im-close" label={words.chat.close(name)} onClick={close} />
    </header>
  );
}
