/** What was said, newest at the bottom; scrolling back brings what is older. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Line } from '../../client/index.ts';
import { focusLog } from '../focus.ts';
import { useToday } from '../hooks.ts';
import { Icon } from '../icons.tsx';
import { useSetting } from '../setting.ts';
import { useLanguage } from '../words/context.ts';
import { MessageRow } from './message-row.tsx';
import { rowsOf, type Row } from './rows.ts';
import { useScroll, useTop, type Scroll } from './scroll.ts';

interface Props {
  user: string;
  name: string;
  lines: readonly Line[];
  /** Is there nothing older? */
  isComplete: boolean;
  newAfter: string | undefined;
  unread: number;
  onAtEnd: (isAtEnd: boolean) => void;
}

export function MessageList({ user, name, lines, isComplete, newAfter, unread, onAtEnd }: Props) {
  const { words, dates } = useLanguage();
  const log = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(lines, { dayOf: dates.dayOf, newAfter }), [lines, dates, newAfter]);
  const scroll = useScroll(log, rows);
  const today = useToday(dates.dayOf);
  // The same elements as before are not looked at again: a friend's coming and going draws no message.
  const drawn = useMemo(
    () => rows.map((row) => <OneRow key={row.key} row={row} name={name} />),
    [rows, name, words, today],
  );
  const older = useOlder(user, isComplete);
  const top = useRef<HTMLDivElement>(null);
  useTop(top, older.load, `${lines[0]?.key}${isComplete}`);
  useEffect(() => onAtEnd(scroll.isAtEnd), [onAtEnd, scroll.isAtEnd]);
  return (
    <div class="log-frame">
      <div
        class="log"
        ref={log}
        role="log"
        aria-live="polite"
        aria-busy={older.state === 'loading'}
        aria-label={words.chat.conversation(name)}
        tabIndex={0}
        onScroll={scroll.onScroll}
      >
        <div class="log-inside">
          <div ref={top} class="older" data-testid="im-older">
            {isComplete ? words.chat.beginning(name) : <OlderLine {...older} />}
          </div>
          <ol class="messages">{drawn}</ol>
        </div>
      </div>
      {!scroll.isAtEnd && <Jump unread={unread} scroll={scroll} />}
    </div>
  );
}

function OneRow({ row, name }: { row: Row; name: string }) {
  const { words, dates } = useLanguage();
  if (row.type === 'message') return <MessageRow {...{ row, name }} />;
  if (row.type === 'new')
    return (
      <li class="new-line" data-testid="im-new">
        {words.chat.newLine}
      </li>
    );
  return (
    <li class="day" data-testid="im-day">
      {dates.dayLabel(new Date(row.at), new Date())}
    </li>
  );
}

function Jump({ unread, scroll }: { unread: number; scroll: Scroll }) {
  const { words } = useLanguage();
  const text = unread > 0 ? words.chat.jump(unread) : '';
  return (
    <button
      class="jump"
      type="button"
      data-testid="im-jump"
      aria-label={text === '' ? words.chat.toEnd : text}
      onClick={(event) => {
        focusLog(event);
        scroll.jump();
      }}
    >
      {text}
      <Icon name="down" />
    </button>
  );
}

interface OlderState {
  readonly state: 'idle' | 'loading' | 'failed';
  readonly load: () => void;
}

/** One page at a time; after a fault the person asks again. */
function useOlder(user: string, isComplete: boolean): OlderState {
  const { client } = useSetting();
  const [state, setState] = useState<OlderState['state']>('idle');
  const load = (): void => {
    if (isComplete || state === 'loading') return;
    setState('loading');
    client.loadOlder(user).then(
      () => setState('idle'),
      () => setState('failed'),
    );
  };
  return { state, load };
}

function OlderLine({ state, load }: OlderState) {
  const { words } = useLanguage();
  if (state === 'failed')
    return (
      <button
        type="button"
        onClick={(event) => {
          focusLog(event);
          load();
        }}
      >
        {`${words.chat.olderFailed} ${words.message.retry}`}
      </button>
    );
  return <span>{state === 'loading' ? words.chat.loadingOlder : ''}</span>;
}
