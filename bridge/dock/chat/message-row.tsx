/** One message. Its body is text and links, and nothing else: no markup is ever read in it. */
import type { TargetedEvent } from 'preact';
import type { Line } from '../../client/index.ts';
import { focusLog } from '../focus.ts';
import { useSetting } from '../setting.ts';
import { isJumbo } from '../text/jumbo.ts';
import { RichText } from '../text/rich-text.tsx';
import { useLanguage, useWords } from '../words/context.ts';
import type { Words } from '../words/words.ts';
import type { Row } from './rows.ts';

interface Props {
  row: Extract<Row, { type: 'message' }>;
  name: string;
}

export function MessageRow({ row: { line, isFirst, isLast, isMarked }, name }: Props) {
  const { words, dates } = useLanguage();
  const date = new Date(line.at);
  const place = `${isFirst ? 'first' : ''} ${isLast ? 'last' : ''}`;
  return (
    <li class={`message ${line.own ? 'own' : 'theirs'} ${line.state} ${place}`} data-key={line.key}>
      <span class="unheard">{`${line.own ? words.message.you : name}: `}</span>
      <div
        class={isJumbo(line.body) ? 'body jumbo' : 'body'}
        dir="auto"
        data-testid="im-message"
        data-id={line.id}
        data-from={line.from}
        data-state={line.state}
        title={dates.fullLabel(date)}
      >
        <RichText body={line.body} />
      </div>
      {line.state === 'failed' && <Failed line={line} />}
      {isLast && line.state !== 'failed' && (
        <span class="mark">
          {line.state !== 'pending' && <time dateTime={isoOf(date)}>{dates.timeLabel(date)}</time>}
          {isMarked && <span>{markOf(line, words)}</span>}
        </span>
      )}
    </li>
  );
}

/** The message stays until the person has said what is to become of it. */
function Failed({ line: { error, cid, body } }: { line: Line }) {
  const words = useWords();
  const { client } = useSetting();
  const decide = (event: TargetedEvent, deed: (cid: string) => void): void => {
    focusLog(event);
    if (cid !== undefined) deed(cid);
  };
  return (
    <span class="mark fault" role="alert">
      <span>{`${words.message.notSent} ${words.message.failures[error?.code ?? 'internal']}`}</span>
      {cid !== undefined && (
        <span class="remedies">
          <button
            type="button"
            data-testid="im-retry"
            aria-label={`${words.message.retry}: ${body.slice(0, 40)}`}
            onClick={(event) => decide(event, (one) => client.retry(one))}
          >
            {words.message.retry}
          </button>
          <button
            type="button"
            data-testid="im-dismiss"
            aria-label={`${words.message.remove}: ${body.slice(0, 40)}`}
            onClick={(event) => decide(event, (one) => client.dismiss(one))}
          >
            {words.message.remove}
          </button>
        </span>
      )}
    </span>
  );
}

function markOf({ state }: Line, { message }: Words): string {
  if (state === 'pending') return message.sending;
  return state === 'sent' || state === 'delivered' || state === 'read' ? message[state] : '';
}

function isoOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
