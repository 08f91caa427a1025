/** Emoji in rows. One of them is in the order of the Tab key; arrow keys lead to the others. */
import { useRef, useState } from 'preact/hooks';
import type { Emoji } from './emojis.ts';
import { cellAfter } from './grid-keys.ts';

const COLUMNS = 8;

interface Props {
  label: string;
  /** Another list is another grid: give each a key of its own. */
  emojis: readonly Emoji[];
  onPick: (char: string) => void;
  /** The way out at the upper edge. */
  onLeaveUp: () => void;
}

export function EmojiGrid({ label, emojis, onPick, onLeaveUp }: Props) {
  const grid = useRef<HTMLDivElement>(null);
  /** The cell that has the focus, or had it last. */
  const [active, setActive] = useState(0);
  const at = Math.min(active, emojis.length - 1);
  const onKeyDown = (event: KeyboardEvent): void => {
    const rightToLeft = grid.current !== null && getComputedStyle(grid.current).direction === 'rtl';
    const place = { at, count: emojis.length, columns: COLUMNS, rightToLeft };
    const next = cellAfter(event.key, event.ctrlKey || event.metaKey, place);
    if (next === undefined) return;
    event.preventDefault();
    if (next < 0) onLeaveUp();
    else grid.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div class="emoji-grid" ref={grid} role="grid" aria-label={label} onKeyDown={onKeyDown}>
      {rowsOf(emojis).map((row, y) => (
        <div class="emoji-row" role="row" key={y}>
          {row.map(({ char, name }, x) => (
            <span role="gridcell" key={char}>
              <button
                class="emoji-cell"
                type="button"
                data-testid="im-emoji"
                data-emoji={char}
                aria-label={name}
                title={name}
                tabIndex={y * COLUMNS + x === at ? 0 : -1}
                onFocus={() => setActive(y * COLUMNS + x)}
                onClick={() => onPick(char)}
              >
                {char}
              </button>
            </span>
          ))}
        </div>
      ))}
    </div>
  );
}

function rowsOf(emojis: readonly Emoji[]): Emoji[][] {
  const count = Math.ceil(emojis.length / COLUMNS);
  return Array.from({ length: count }, (_, row) => emojis.slice(row * COLUMNS, (row + 1) * COLUMNS));
}
