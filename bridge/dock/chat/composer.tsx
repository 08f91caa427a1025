/** Where a message is written. Enter sends, Shift+Enter makes a new line. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { EmojiButton } from './emoji-button.tsx';
import { Icon } from '../icons.tsx';
import { isComposing } from '../keys.ts';
import { useSetting } from '../setting.ts';
import { useWords } from '../words/context.ts';
import { draftTo, keepDraft } from './drafts.ts';
import { Writing } from './typing.ts';

interface Props {
  /** The person who writes. */
  owner: string;
  user: string;
  name: string;
  /** The person has asked for this window; `granted` when it has the focus. */
  isWished: boolean;
  granted: () => void;
  /** What was typed stays, for when it may be sent again. */
  disabled: boolean;
}

/** CSS pixels: what does not fit is scrolled to. */
const TALLEST = 120;

export function Composer({ owner, user, name, isWished, granted, disabled }: Props) {
  const words = useWords();
  const input = useRef<HTMLTextAreaElement>(null);
  const { submit, wrote, problem } = useWriting(owner, user, input);
  useLayoutEffect(() => {
    if (!isWished) return;
    const field = input.current;
    if (disabled) field?.closest('.chat')?.querySelector<HTMLElement>('.log')?.focus();
    else field?.focus();
    granted();
  }, [isWished]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    submit();
  };
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    submit();
    input.current?.focus();
  };
  const insert = (text: string): void => {
    const field = input.current;
    field?.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
    field?.focus();
    wrote();
  };
  return (
    <form class="composer" onSubmit={onSubmit}>
      {problem && <p role="alert">{words.chat.full}</p>}
      <EmojiButton disabled={disabled} onPick={insert} />
      <textarea
        ref={input}
        rows={1}
        aria-label={words.chat.writeTo(name)}
        placeholder={words.chat.writeTo(name)}
        data-testid="im-input"
        disabled={disabled}
        dir="auto"
        enterkeyhint="send"
        onKeyDown={onKeyDown}
        onInput={wrote}
      />
      <button
        class="icon send"
        type="submit"
        data-testid="im-send"
        aria-label={words.chat.send}
        disabled={disabled}
      >
        <Icon name="send" />
      </button>
    </form>
  );
}

/** The draft, the friend who sees that one writes, and the sending. */
function useWriting(owner: string, user: string, input: { readonly current: HTMLTextAreaElement | null }) {
  const { client } = useSetting();
  const [problem, setProblem] = useState(false);
  const writing = useMemo(() => new Writing(client, user), [client, user]);
  useLayoutEffect(() => {
    const field = input.current;
    if (field === null) return;
    field.value = draftTo(owner, user);
    grow(field);
  }, [owner, user, input]);
  useEffect(() => () => writing.end(), [writing]);
  const wrote = (): void => {
    const field = input.current;
    if (field === null) return;
    writing.wrote(field.value);
    keepDraft(owner, user, field.value);
    grow(field);
  };
  const submit = (): void => {
    const field = input.current;
    if (field === null || field.value.trim() === '') return;
    try {
      client.send(user, field.value);
    } catch {
      setProblem(true); // too many wait already: what was typed stays in the field
      return;
    }
    setProblem(false);
    writing.end();
    field.value = '';
    keepDraft(owner, user, '');
    grow(field);
  };
  return { submit, wrote, problem };
}

/** The field is as tall as its text. */
function grow(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${Math.min(field.scrollHeight, TALLEST)}px`;
}
