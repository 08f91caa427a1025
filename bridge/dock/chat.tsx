/** One open window: what was said, and the place to answer. */
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

export function Chat({ client, state, buddy, isFriend, focusTurn, minimise, close }: Props) {
  const { id, name, show } = buddy;
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
