/** One open window: what was said, and the place to answer. */
import { useMemo, useState } from 'preact/hooks';
import { conversationOf, linesWith, type ClientState } from '../../client/index.ts';
import type { Peer } from '../buddies.ts';
import { useAttended } from '../hooks.ts';
import { isComposing } from '../keys.ts';
import { ConnectionLine } from '../list/connection-line.tsx';
import { useSetting } from '../setting.ts';
import { useWords } from '../words/context.ts';
import { ChatHeader, type ChatDeeds } from './chat-header.tsx';
import { Composer } from './composer.tsx';
import { MessageList } from './message-list.tsx';
import { useNewAfter, useRead } from './reading.ts';

interface Props extends ChatDeeds {
  state: ClientState;
  peer: Peer;
  /** Has the person asked for this window? A page load takes the focus from nobody. */
  isWished: boolean;
  /** It has the focus. */
  granted: () => void;
  /** The person has gone into this window. */
  onFocus?: () => void;
}

export function Chat({ state, peer: { buddy, isFriend }, isWished, granted, onFocus, ...deeds }: Props) {
  const words = useWords();
  const { client } = useSetting();
  const { id: user, name } = buddy;
  const [isAtEnd, setAtEnd] = useState(true);
  const isSeen = useAttended() && isAtEnd;
  const conversation = conversationOf(state, user);
  const { outgoing, receipts } = state;
  const lines = useMemo(() => linesWith(state, user), [conversation, outgoing, receipts, user]);
  const newAfter = useNewAfter(conversation, isSeen);
  useRead(client, conversation, isSeen);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposing(event)) return;
    event.preventDefault(); // or the browser would put away what is behind it, too
    deeds.close();
  };
  return (
    <section
      class="panel chat"
      aria-label={words.chat.conversation(name)}
      data-testid="im-window"
      data-user={user}
      onKeyDown={onKeyDown}
      onFocusIn={onFocus}
    >
      <ChatHeader buddy={buddy} {...deeds} />
      {deeds.back !== undefined && <ConnectionLine state={state} /> /* else the list beside it says it */}
      <MessageList
        {...{ user, name, lines, newAfter }}
        isComplete={conversation?.complete ?? false}
        unread={conversation?.unread ?? 0}
        onAtEnd={setAtEnd}
      />
      <p class="typing" role="status" data-testid="im-typing">
        {state.typing[user] === 'composing' && words.chat.typing(name)}
      </p>
      {!isFriend && (
        <p class="notice" role="status" data-testid="im-not-friends">
          {words.chat.noLongerFriends(name)}
        </p>
      )}
      <Composer owner={state.user ?? ''} {...{ user, name, isWished, granted }} disabled={!isFriend} />
    </section>
  );
}
