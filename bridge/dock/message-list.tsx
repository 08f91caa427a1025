/** What was said, newest at the bottom. Bodies are text and nothing else: no markup is ever read in them. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Line } from '../client/index.ts';
import { WORDS } from './words.ts';

interface Props {
  lines: readonly Line[];
  name: string;
  /** The person's own id. */
  me: string;
  onRetry: (cid: string) => void;
  onDismiss: (cid: string) => void;
}

/** Pixels from the end within which a reader counts as being there. */
const NEAR_THE_END = 40;

export function MessageList({ lines, name, me, onRetry, onDismiss }: Props) {
  const log = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const last = lines.at(-1)?.key;
  const onScroll = (): void => {
    const list = log.current;
    if (list) follows.current = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_THE_END;
  };
  useLayoutEffect(() => {
    // A reader who has scrolled back stays where they are.
    if (log.current && follows.current) log.current.scrollTop = log.current.scrollHeight;
  }, [last, lines.length]);
  return (
    <div
      class="log"
      ref={log}
      role="log"
      aria-live="polite"
      aria-label={WORDS.conversation(name)}
      tabIndex={0}
      onScroll={onScroll}
    >
      <ol class="messages">
        {lines.map((line) => (
          <MessageRow key={line.key} {...{ line, name, me, onRetry, onDismiss }} />
        ))}
      </ol>
    </div>
  );
}

interface RowProps extends Omit<Props, 'lines'> {
  line: Line;
}

function MessageRow({ line, name, me, onRetry, onDismiss }: RowProps) {
  const { own, state } = line;
  const body = line.state === 'kept' ? line.message.body : line.outgoing.body;
  const id = line.state === 'kept' ? line.message.id : line.outgoing.cid;
  const from = line.state === 'kept' ? line.message.from : me;
  return (
    <li class={`message ${own ? 'own' : 'theirs'} ${state}`}>
      <span class="unheard">{`${own ? WORDS.you : name}: `}</span>
      <p
        class="body"
        dir="auto"
        data-testid="im-message"
        data-id={id}
        data-from={from}
        data-state={stateName(line)}
      >
        {body}
      </p>
      {line.state === 'kept' && <Time at={line.message.at} />}
      {line.state === 'pending' && <span class="mark">{WORDS.sending}</span>}
      {line.state === 'failed' && line.outgoing.state === 'failed' && (
        <span class="mark" role="alert">
          {line.outgoing.error.message || WORDS.notSent}{' '}
          <button type="button" onClick={() => onRetry(line.outgoing.cid)}>
            {WORDS.retry}
          </button>{' '}
          <button type="button" onClick={() => onDismiss(line.outgoing.cid)}>
            {WORDS.dismiss}
          </button>
        </span>
      )}
    </li>
  );
}

/** `received`, or for own messages `pending`, `sent`, `failed`. */
function stateName({ own, state }: Line): string {
  if (state !== 'kept') return state;
  return own ? 'sent' : 'received';
}

function Time({ at }: { at: string }) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return null;
  return (
    <time dateTime={at} title={date.toLocaleString()}>
      {date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}
    </time>
  );
}
