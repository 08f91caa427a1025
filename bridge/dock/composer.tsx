/** Where a message is written. Enter sends, Shift+Enter makes a new line. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { WORDS } from './words.ts';

interface Props {
  name: string;
  /** Above nought when the person asked for this window: a page load takes the focus from nobody. */
  focusTurn: number;
  /** What was typed stays, for when it may be sent again. */
  disabled: boolean;
  /** @throws RangeError when too many are waiting already. */
  onSend: (body: string) => void;
}

export function Composer({ name, focusTurn, disabled, onSend }: Props) {
  const input = useRef<HTMLTextAreaElement>(null);
  const [problem, setProblem] = useState('');
  useLayoutEffect(() => {
    if (focusTurn > 0) input.current?.focus();
  }, [focusTurn]);

  const submit = (): void => {
    const field = input.current;
    if (!field || field.value.trim() === '') return;
    try {
      onSend(field.value);
      field.value = '';
      setProblem('');
    } catch {
      setProblem(WORDS.full); // what was typed stays in the field
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter during composition picks a word of the input method.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  };
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    submit();
    input.current?.focus();
  };
  return (
    <form class="composer" onSubmit={onSubmit}>
      {problem !== '' && <p role="alert">{problem}</p>}
      <textarea
        ref={input}
        rows={2}
        aria-label={WORDS.writeTo(name)}
        placeholder={WORDS.writeTo(name)}
        data-testid="im-input"
        disabled={disabled}
        dir="auto"
        onKeyDown={onKeyDown}
      />
      <button type="submit" data-testid="im-send" disabled={disabled}>
        {WORDS.send}
      </button>
    </form>
  );
}
