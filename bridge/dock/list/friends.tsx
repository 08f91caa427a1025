/** The friends below the search: with Tab one comes to the list, with the arrows through it. */
import { useMemo, useRef, useState } from 'preact/hooks';
import type { Buddy, ClientState } from '../../client/index.ts';
import { useFocusOfRow } from '../focus.ts';
import { useSetting } from '../setting.ts';
import { useLanguage } from '../words/context.ts';
import { BuddyRow } from './buddy-row.tsx';
import { sectionsOf, type Section } from './sections.ts';

interface Props {
  state: ClientState;
  search: string;
  onOpen: (user: string) => void;
}

const NONE: readonly Buddy[] = [];
/** Key of the UI state: the folded sections. */
const FOLDED = 'folded';

export function Friends({ state, search, onOpen }: Props) {
  const { words, lang } = useLanguage();
  const { client } = useSetting();
  const list = useRef<HTMLDivElement>(null);
  const [reached, setReached] = useState('');
  const compare = useMemo(() => new Intl.Collator(lang).compare, [lang]);
  const roster = state.snapshot?.roster ?? NONE;
  const sections = useMemo(() => sectionsOf(roster, search, compare), [roster, search, compare]);
  const unread = new Map(state.snapshot?.conversations.map((one) => [one.with, one.unread]));
  const folded = foldedIn(state.ui);
  const isFolded = ({ key }: Section): boolean => search === '' && folded.includes(key);
  useFocusOfRow(list);
  const rows = sections.filter((section) => !isFolded(section)).flatMap(({ buddies }) => buddies);
  const first = rows.some(({ id }) => id === reached) ? reached : rows[0]?.id;
  const fold = (section: Section): void => {
    const next = isFolded(section) ? folded.filter((key) => key !== section.key) : [...folded, section.key];
    void client.setUi({ [FOLDED]: next.length === 0 ? null : next }).catch(() => undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = reachedBy(event, list.current);
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
    setReached(next.dataset['user'] ?? '');
  };
  return (
    <div class="friends" ref={list} onKeyDown={onKeyDown}>
      {sections.map((section) => (
        <section key={section.key} aria-label={headingOf(section, words)}>
          <h3>
            <button
              type="button"
              class="group"
              data-testid="im-group"
              aria-expanded={!isFolded(section)}
              onClick={() => fold(section)}
            >
              {headingOf(section, words)}
            </button>
          </h3>
          {!isFolded(section) && (
            <ul class="buddies">
              {section.buddies.map((buddy) => (
                <BuddyRow
                  key={buddy.id}
                  {...{ buddy, words, onOpen }}
                  unread={unread.get(buddy.id) ?? 0}
                  isReached={buddy.id === first}
                />
              ))}
            </ul>
          )}
        </section>
      ))}
      {state.snapshot !== undefined && sections.length === 0 && (
        <p class="empty">{search === '' ? words.list.noFriends : words.list.noneFound}</p>
      )}
    </div>
  );
}

type ListWords = ReturnType<typeof useLanguage>['words'];

function headingOf({ key, kind, buddies }: Section, { list }: ListWords): string {
  const name = kind === 'group' ? key.slice('g:'.length) : list[kind];
  return list.heading(name, buddies.length);
}

function foldedIn(ui: ClientState['ui']): string[] {
  const kept = ui[FOLDED];
  return Array.isArray(kept) ? kept.filter((key) => typeof key === 'string') : [];
}

/** The row to which a key leads from the one that has the focus. */
function reachedBy({ key, target }: KeyboardEvent, list: HTMLElement | null): HTMLElement | undefined {
  const rows = [...(list?.querySelectorAll<HTMLElement>('.buddy') ?? [])];
  const at = rows.indexOf(target as HTMLElement);
  if (at === -1) return undefined;
  if (key === 'ArrowDown') return rows[at + 1];
  if (key === 'ArrowUp') return rows[at - 1];
  if (key === 'Home') return rows[0];
  return key === 'End' ? rows.at(-1) : undefined;
}
