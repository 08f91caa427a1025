/** Where an emoji is looked for: by its name in the reader's language, in its group, or among those used lately. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { isComposing } from '../keys.ts';
import { useWords } from '../words/context.ts';
import { EMOJI_GROUPS, type EmojiWords } from '../words/words.ts';
import { EmojiGrid } from './emoji-grid.tsx';
import { EmojiTabs, type EmojiTab } from './emoji-tabs.tsx';
import { found, type EmojiGroups } from './emojis.ts';
import { loadEmoji } from './load.ts';
import { recentEmoji, rememberEmoji } from './recent.ts';

const RECENT_ICON = '🕘';

interface Props {
  /** Whose names: `useLanguage().lang`. */
  lang: string;
  /** The folder of the scripts, if it is not the one that the dock's own came from. */
  from?: string;
  /** It stays open: who picks one may want another. */
  onPick: (char: string) => void;
  onClose: () => void;
}

export function EmojiPicker({ lang, from, onPick, onClose }: Props) {
  const words = useWords();
  const [groups, again] = useEmoji(lang, from);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.focus(), []); // Escape is heard before there is anything else to focus
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposing(event)) return;
    event.preventDefault();
    event.stopPropagation(); // the window around it stays open
    onClose();
  };
  const pick = (char: string): void => {
    rememberEmoji(char);
    onPick(char);
  };
  return (
    <div
      class="emoji-picker"
      ref={box}
      tabIndex={-1}
      role="dialog"
      aria-label={words.emoji.title}
      data-testid="im-emoji-picker"
      onKeyDown={onKeyDown}
    >
      {groups === undefined && <p role="status">{words.emoji.loading}</p>}
      {groups === 'failed' && (
        <p role="alert">
          {words.emoji.failed}{' '}
          <button type="button" onClick={again}>
            {words.message.retry}
          </button>
        </p>
      )}
      {typeof groups === 'object' && <Loaded groups={groups} words={words.emoji} onPick={pick} />}
    </div>
  );
}

function useEmoji(lang: string, from: string | undefined): [EmojiGroups | 'failed' | undefined, () => void] {
  const [groups, setGroups] = useState<EmojiGroups | 'failed' | undefined>(undefined);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isWanted = true;
    const take = (next: EmojiGroups | 'failed'): void => {
      if (isWanted) setGroups(next);
    };
    setGroups(undefined);
    loadEmoji(lang, from).then(take, () => take('failed'));
    return () => {
      isWanted = false;
    };
  }, [lang, from, turn]);
  return [groups, () => setTurn(turn + 1)];
}

interface LoadedProps {
  groups: EmojiGroups;
  words: EmojiWords;
  onPick: (char: string) => void;
}

function Loaded({ groups, words, onPick }: LoadedProps) {
  const field = useRef<HTMLInputElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  // Those used lately are read when it opens: they do not move under the hand.
  const tabs = useMemo(() => tabsOf(groups, words), [groups, words]);
  const searches = query.trim() !== '';
  const emojis = searches ? found(groups, query) : (tabs[chosen]?.emojis ?? []);
  const label = searches ? words.search : (tabs[chosen]?.name ?? '');
  useLayoutEffect(() => {
    // Who has gone on writing meanwhile is left there.
    if (field.current?.closest('.emoji-picker')?.matches(':focus-within')) field.current.focus();
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    body.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  };
  const choose = (index: number): void => {
    setQuery('');
    setChosen(index);
  };
  return (
    <>
      <input
        class="emoji-search"
        type="search"
        ref={field}
        value={query}
        placeholder={words.search}
        aria-label={words.search}
        autocomplete="off"
        dir="auto"
        onInput={({ currentTarget }) => setQuery(currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <EmojiTabs label={words.title} tabs={tabs} chosen={searches ? -1 : chosen} onChoose={choose} />
      <p class="unheard" role="status">
        {searches && emojis.length > 0 ? words.found(emojis.length) : ''}
      </p>
      <div class="emoji-body" ref={body}>
        {emojis.length === 0 ? (
          <p role="status">{words.noneFound}</p>
        ) : (
          <EmojiGrid
            key={searches ? query : chosen}
            label={label}
            emojis={emojis}
            onPick={onPick}
            onLeaveUp={() => field.current?.focus()}
          />
        )}
      </div>
    </>
  );
}

/** A group is drawn when it is chosen, and no other: so nearly two thousand buttons are never there at once. */
function tabsOf(groups: EmojiGroups, words: EmojiWords): readonly EmojiTab[] {
  const byChar = new Map(groups.flat().map((emoji) => [emoji.char, emoji]));
  const recent = recentEmoji().flatMap((char) => byChar.get(char) ?? []);
  const tabs = groups.map((emojis, index) => ({
    name: words.groups[EMOJI_GROUPS[index] ?? 'symbols'],
    icon: emojis[0]?.char ?? '',
    emojis,
  }));
  return recent.length === 0 ? tabs : [{ name: words.recent, icon: RECENT_ICON, emojis: recent }, ...tabs];
}
