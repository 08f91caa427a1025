/** Opens the emoji picker above the composer. */
import { useState } from 'preact/hooks';
import { EmojiPicker } from '../emoji/emoji-picker.tsx';
import { Icon } from '../icons.tsx';
import { Popover } from '../popover.tsx';
import { useLanguage } from '../words/context.ts';

export function EmojiButton({ disabled, onPick }: { disabled: boolean; onPick: (emoji: string) => void }) {
  const { words, lang } = useLanguage();
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <span class="emoji-place">
      <button
        class="icon"
        type="button"
        data-testid="im-emoji-button"
        aria-label={words.emoji.button}
        aria-haspopup="dialog"
        aria-expanded={open}
        disabled={disabled}
        onClick={() => setOpen(!open)}
      >
        <Icon name="emoji" />
      </button>
      {open && (
        <Popover class="emoji-popover" close={close}>
          <EmojiPicker lang={lang} onPick={onPick} onClose={close} />
        </Popover>
      )}
    </span>
  );
}
