/** The friends, those who can answer first. */
import { useState } from 'preact/hooks';
import type { Buddy, ClientState, PeerShow } from '../client/index.ts';
import { StatusLine } from './status-line.tsx';
import type { Windows } from './windows.ts';
import { SHOWS, WORDS } from './words.ts';

const ORDER: readonly PeerShow[] = ['online', 'dnd', 'away', 'offline'];

interface Props {
  state: ClientState;
  windows: Windows;
  onOpen: (user: string) => void;
}

export function BuddyList({ state, windows, onOpen }: Props) {
  const [folded, setFolded] = useState(false);
  const roster = sorted(state.snapshot?.roster ?? []);
  const present = roster.filter(({ show }) => show !== 'offline').length;
  return (
    <section class="panel list" aria-label={WORDS.title}>
      <button class="bar" type="button" aria-expanded={!folded} onClick={() => setFolded(!folded)}>
        <span class="name">{WORDS.title}</span>
        <span class="count">{present}</span>
      </button>
      <StatusLine state={state} />
      {!folded && (
        <ul class="buddies">
          {roster.map((buddy) => (
            <BuddyRow
              key={buddy.id}
              buddy={buddy}
              unseen={windows.find(({ user }) => user === buddy.id)?.unseen ?? 0}
              onOpen={onOpen}
            />
          ))}
          {state.snapshot !== undefined && roster.length === 0 && <li class="empty">{WORDS.noFriends}</li>}
        </ul>
      )}
    </section>
  );
}

interface RowProps {
  buddy: Buddy;
  unseen: number;
  onOpen: (user: string) => void;
}

function BuddyRow({ buddy: { id, name, show, status }, unseen, onOpen }: RowProps) {
  return (
    <li>
      <button
        class="buddy"
        type="button"
        data-testid="im-buddy"
        data-user={id}
        data-show={show}
        onClick={() => onOpen(id)}
      >
        <span class={`dot ${show}`} aria-hidden="true" />
        <span class="name">{name}</span>
        <span class="note">{status ?? (show === 'online' ? '' : SHOWS[show])}</span>
        <span class="unheard">{`, ${SHOWS[show]}`}</span>
        {unseen > 0 && <Badge count={unseen} />}
      </button>
    </li>
  );
}

export function Badge({ count }: { count: number }) {
  return (
    <span class="badge" title={WORDS.unseen(count)}>
      {count}
    </span>
  );
}

function sorted(roster: readonly Buddy[]): Buddy[] {
  return [...roster].sort(
    (a, b) =>
      ORDER.indexOf(a.show) - ORDER.indexOf(b.show) ||
      a.name.localeCompare(b.name) ||
      a.id.localeCompare(b.id),
  );
}
