/** The groups, one of them chosen (WAI-ARIA Authoring Practices, tabs that follow the focus). */
import type { Emoji } from './emojis.ts';
import { cellAfter } from './grid-keys.ts';

export interface EmojiTab {
  readonly name: string;
  readonly icon: string;
  readonly emojis: readonly Emoji[];
}

interface Props {
  label: string;
  tabs: readonly EmojiTab[];
  /** -1 while something is searched for. */
  chosen: number;
  onChoose: (index: number) => void;
}

export function EmojiTabs({ label, tabs, chosen, onChoose }: Props) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') return;
    const list = event.currentTarget as HTMLElement;
    const rightToLeft = getComputedStyle(list).direction === 'rtl';
    const place = { at: Math.max(chosen, 0), count: tabs.length, columns: tabs.length, rightToLeft };
    const next = cellAfter(event.key, false, place);
    if (next === undefined) return;
    event.preventDefault();
    onChoose(next);
    (list.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class="emoji-tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map(({ name, icon }, index) => (
        <button
          key={name}
          class="emoji-tab"
          type="button"
          role="tab"
          aria-selected={index === chosen}
          aria-label={name}
          title={name}
          tabIndex={index === Math.max(chosen, 0) ? 0 : -1}
          onClick={() => onChoose(index)}
        >
          {icon}
        </button>
      ))}
    </div>
  );
}
