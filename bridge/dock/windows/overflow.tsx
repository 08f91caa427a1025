/** The windows that have no room. */
import type { TargetedEvent } from 'preact';
import { useState } from 'preact/hooks';
import { Badge } from '../badge.tsx';
import type { PeerOf } from '../buddies.ts';
import { Face } from '../face.tsx';
import { IconButton } from '../icon-button.tsx';
import { Icon } from '../icons.tsx';
import { Popover } from '../popover.tsx';
import { useLanguage } from '../words/context.ts';
import type { ChatWindow } from './windows.ts';

interface Props {
  hidden: readonly ChatWindow[];
  peerOf: PeerOf;
  open: (user: string) => void;
  close: (window: ChatWindow) => void;
}

export function Overflow({ hidden, peerOf, open, close }: Props) {
  const { words, number } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const unread = hidden.reduce((sum, one) => sum + one.unread, 0);
  const label = words.chat.more(hidden.length);
  return (
    <div class="overflow">
      <button
        class="panel overflow-button"
        type="button"
        data-testid="im-overflow"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="chats" />
        <span aria-hidden="true">{number(hidden.length)}</span>
        <span class="unheard">{label}</span>
        <Badge count={unread} />
      </button>
      {isOpen && (
        <Popover class="overflow-menu" label={label} testId="im-overflow-menu" close={() => setOpen(false)}>
          <ul>
            {hidden.map((one) => {
              const { id, name, avatar, show } = peerOf(one.user).buddy;
              const pick = (): void => {
                setOpen(false);
                open(one.user);
              };
              const shut = ({ currentTarget }: TargetedEvent<HTMLElement>): void => {
                const item = currentTarget.closest('li');
                const next = item?.nextElementSibling ?? item?.previousElementSibling;
                close(one);
                next?.querySelector('button')?.focus();
              };
              return (
                <li key={one.user}>
                  <button
                    class="bar-title"
                    type="button"
                    data-user={id}
                    title={words.chat.open(name)}
                    onClick={pick}
                  >
                    <Face {...{ id, name, avatar, show }} />
                    <bdi class="name">{name}</bdi>
                    <Badge count={one.unread} />
                  </button>
                  <IconButton icon="close" label={words.chat.close(name)} onClick={shut} />
                </li>
              );
            })}
          </ul>
        </Popover>
      )}
    </div>
  );
}
