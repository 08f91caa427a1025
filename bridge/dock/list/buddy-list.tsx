/** The panel at the edge of the page: the person's own status, the search, and the friends. */
import { useState } from 'preact/hooks';
import { unreadOf, type ClientState } from '../../client/index.ts';
import { Badge } from '../badge.tsx';
import { Icon } from '../icons.tsx';
import { isComposing } from '../keys.ts';
import { useSetting } from '../setting.ts';
import { useWords } from '../words/context.ts';
import { ConnectionLine } from './connection-line.tsx';
import { Friends } from './friends.tsx';
import { isListFolded, LIST } from './own-settings.ts';
import { OwnStatus } from './own-status.tsx';

interface Props {
  state: ClientState;
  onOpen: (user: string) => void;
  /** On a phone the list fills the screen, and is put away instead of folded. */
  onHide?: () => void;
}

export function BuddyList({ state, onOpen, onHide }: Props) {
  const words = useWords();
  const { client } = useSetting();
  const folded = onHide === undefined && isListFolded(state.ui);
  const toggle = (): void => {
    if (onHide !== undefined) onHide();
    else void client.setUi({ [LIST]: folded ? null : 'folded' }).catch(() => undefined);
  };
  const present = state.snapshot?.roster.filter(({ show }) => show !== 'offline').length ?? 0;
  return (
    <section class={`panel list ${folded ? 'folded' : ''}`} aria-label={words.title} data-testid="im-list">
      <header class="bar">
        <OwnStatus state={state} />
        <button
          class="bar-title"
          type="button"
          data-testid="im-list-toggle"
          aria-expanded={!folded}
          onClick={toggle}
        >
          <span class="name">{words.title}</span>
          {folded ? (
            <Badge count={unreadOf(state)} />
          ) : (
            <span class="count" aria-hidden="true">
              {present}
            </span>
          )}
          <span class="unheard">{`, ${words.list.friendsOnline(present)}, ${folded ? words.list.show : words.list.hide}`}</span>
          <Icon name={onHide !== undefined ? 'close' : folded ? 'unfold' : 'fold'} />
        </button>
      </header>
      <ConnectionLine state={state} />
      {!folded && <Finding state={state} onOpen={onOpen} />}
    </section>
  );
}

/** Enter in the search opens the first who is found; the arrow down leads to the list. */
function Finding({ state, onOpen }: Pick<Props, 'state' | 'onOpen'>) {
  const words = useWords();
  const [search, setSearch] = useState('');
  const open = (user: string): void => {
    setSearch('');
    onOpen(user);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const field = event.currentTarget as HTMLInputElement;
    if (isComposing(event)) return;
    const first = field.closest('.list')?.querySelector<HTMLElement>('.buddy');
    if (event.key === 'Escape' && search !== '') setSearch('');
    else if (event.key === 'Enter' && search.trim() !== '') first?.click();
    else if (event.key === 'ArrowDown') first?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <label class="search">
        <Icon name="search" />
        <input
          type="text"
          role="searchbox"
          data-testid="im-search"
          aria-label={words.list.search}
          placeholder={words.list.search}
          value={search}
          maxLength={100}
          dir="auto"
          autocomplete="off"
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </label>
      <Friends {...{ state, search }} onOpen={open} />
    </>
  );
}
