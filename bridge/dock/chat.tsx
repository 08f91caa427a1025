/** One open window: what was said, and the place to answer. */
import { useEffect } from 'preact/hooks';
import { linesWith, type Buddy, type Client, type ClientState } from '../client/index.ts';
import { Composer } from './composer.tsx';
import { MessageList } from './message-list.tsx';
import { SHOWS, WORDS } from './words.ts';

interface Props {
  client: Client;
  state: ClientState;
  buddy: Buddy;
  isFriend: boolean;
  focusTurn: number;
  minimise: () => void;
  close: () => void;
}

/** What stands in an open window that the person looks at has been read. */
function useRead(client: Client, { snapshot }: ClientState, user: string): void {
  const conversation = snapshot?.conversations.find((one) => one.with === user);
  const last = conversation?.messages.at(-1)?.id;
  const isUnread = (conversation?.unread ?? 0) > 0;
  useEffect(() => {
    if (!isUnread || last === undefined) return undefined;
    const read = (): void => {
      if (document.visibilityState === 'visible' && document.hasFocus())
        void client.deeds.read(user, last).catch(() => undefined); // the next look tries again
    };
    read();
    const events = ['focus', 'visibilitychange'] as const;
    for (const name of events) addEventListener(name, read, { capture: true });
    return () => events.forEach((name) => removeEventListener(name, read, { capture: true }));
  }, [client, user, last, isUnread]);
}

export function Chat({ client, state, buddy, isFriend, focusTurn, minimise, close }: Props) {
  const { id, name, show } = buddy;
  useRead(client, state, id);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close();
  };
  return (
    <section
      class="panel chat"
      aria-label={WORDS.conversation(name)}
      data-testid="im-window"
      data-user={id}
      onKeyDown={onKeyDown}
    >
      <header class="bar">
        <span class={`dot ${show}`} role="img" aria-label={SHOWS[show]} />
        <span class="name">{name}</span>
        <button class="icon" type="button" aria-label={WORDS.minimise(name)} onClick={minimise}>
          –
        </button>
        <button class="icon" type="button" aria-label={WORDS.close(name)} onClick={close}>
          ×
        </button>
      </header>
      <MessageList
        lines={linesWith(state, id)}
        name={name}
        me={state.user ?? ''}
        onRetry={(cid) => client.retry(cid)}
        onDismiss={(cid) => client.dismiss(cid)}
      />
      {!isFriend && (
        <p class="notice" role="status" data-testid="im-not-friends">
          {WORDS.notFriends(name)}
        </p>
      )}
      <Composer
        name={name}
        focusTurn={focusTurn}
        disabled={!isFriend}
        onSend={(body) => client.send(id, body)}
      />
    </section>
  );
}
