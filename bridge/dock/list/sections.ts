/** The friends as the list shows them: found by name, in their groups, those who can answer first. Pure. */
import type { Buddy, PeerShow } from '../../client/index.ts';

export interface Section {
  /** Of the group; `online` and `offline` where there are no groups; `others` for those in none. */
  readonly key: string;
  readonly kind: 'group' | 'others' | 'online' | 'offline';
  readonly buddies: readonly Buddy[];
}

const ORDER: Readonly<Record<PeerShow, number>> = { online: 0, dnd: 1, away: 2, offline: 3 };

export function sectionsOf(
  roster: readonly Buddy[],
  search: string,
  compare: (a: string, b: string) => number,
): Section[] {
  const found = matching(roster, search).sort(
    (a, b) => ORDER[a.show] - ORDER[b.show] || compare(a.name, b.name) || (a.id < b.id ? -1 : 1),
  );
  const hasGroups = roster.some(({ groups }) => (groups?.length ?? 0) > 0);
  const sections = hasGroups ? byGroup(found, compare) : byPresence(found);
  return sections.filter(({ buddies }) => buddies.length > 0);
}

/** Each word of the search begins a word of the name, or the name holds the whole. */
function matching(roster: readonly Buddy[], search: string): Buddy[] {
  const wanted = plain(search).trim();
  if (wanted === '') return [...roster];
  return roster.filter(({ name, id }) => {
    const known = plain(name);
    return known.includes(wanted) || plain(id).startsWith(wanted) || hasWords(known, wanted);
  });
}

function hasWords(name: string, wanted: string): boolean {
  const words = name.split(/\s+/u);
  return wanted.split(/\s+/u).every((part) => words.some((word) => word.startsWith(part)));
}

/** Without accents and capitals: people search as they type. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
}

function byPresence(buddies: readonly Buddy[]): Section[] {
  const isThere = ({ show }: Buddy): boolean => show !== 'offline';
  return [
    { key: 'online', kind: 'online', buddies: buddies.filter(isThere) },
    { key: 'offline', kind: 'offline', buddies: buddies.filter((buddy) => !isThere(buddy)) },
  ];
}

/** Who is in several groups stands in the first of them. */
function byGroup(buddies: readonly Buddy[], compare: (a: string, b: string) => number): Section[] {
  const groups = new Map<string, Buddy[]>();
  for (const buddy of buddies) {
    const name = buddy.groups?.[0] ?? '';
    const members = groups.get(name);
    if (members === undefined) groups.set(name, [buddy]);
    else members.push(buddy);
  }
  const named = [...groups].filter(([name]) => name !== '').sort(([a], [b]) => compare(a, b));
  return [
    ...named.map(([name, members]): Section => ({ key: `g:${name}`, kind: 'group', buddies: members })),
    { key: 'others', kind: 'others', buddies: groups.get('') ?? [] },
  ];
}
