/** All that a new XMPP session needs, in the order that loses nothing. Whole after each bind, and not after a resumption. */
import { setTimeout as sleep } from 'node:timers/promises';
import { xml } from '@xmpp/client';
import type { Downstream, Known } from '../session/ports.ts';
import type { Archive } from './archive.ts';
import { catchUp, latest } from './catch-up.ts';
import type { Iq } from './iq.ts';
import { NS } from './namespaces.ts';
import type { OwnPresenceKeeper } from './own-presence.ts';
import type { Owner } from './owner.ts';
import { rosterItemsOf } from './roster.ts';

/** Milliseconds after set-up until the archive is looked at once more. */
const SECOND_LOOK = 3000;

export interface SetUpOptions {
  readonly owner: Owner;
  readonly iq: Iq;
  readonly archive: Archive;
  readonly presence: OwnPresenceKeeper;
  readonly session: Downstream;
  /** Messages that are fetched at the most, of those that came meanwhile. */
  readonly catchUp: number;
  /** Messages of each conversation that a snapshot shows. */
  readonly snapshot: number;
}

/** How far the set-ups of a session are. */
export interface SetUpRecord {
  readonly before?: Pick<Known, 'newest'>;
  readonly isNew: boolean;
  /** Is the archive to be looked at once more? */
  readonly looks: boolean;
}

export class SetUp {
  readonly #options: SetUpOptions;
  /**
   * What was known when the set-up began, or an earlier one that was cut: live messages may have come since, own ones
   * too, and what they are ahead of is still missing.
   */
  #before: Pick<Known, 'newest'> | undefined;
  /** Has an XMPP session begun in which nobody's presence has been told yet? */
  #isNew = false;
  /** Counts set-ups: each has a second look of its own, and that of an earlier one would come in between. */
  #setUps = 0;
  #looks = false;

  /** @param record of the worker that had the session before */
  constructor(options: SetUpOptions, record?: SetUpRecord) {
    this.#options = options;
    this.#before = record?.before;
    this.#isNew = record?.isNew ?? false;
    this.#looks = record?.looks ?? false;
  }

  get record(): SetUpRecord {
    const before = this.#before !== undefined && { before: this.#before };
    return { ...before, isNew: this.#isNew, looks: this.#looks };
  }

  /** Before anything is said on the stream. */
  begin(bound: boolean): void {
    this.#setUps += 1;
    this.#before ??= { newest: this.#options.session.known().newest };
    this.#isNew ||= bound;
  }

  /**
   * Roster before presence: then it is known who shows himself. And the user's row before it: who chose to be
   * invisible by another worker meanwhile must not be shown as before. `begin` was before it.
   *
   * @throws ArchiveFault, StanzaError, NoAnswer, StreamError
   */
  async run(bound: boolean): Promise<void> {
    const { owner, iq, archive, presence, session } = this.#options;
    this.#forgetPresence();
    const [roster] = await Promise.all([
      iq.request('get', xml('query', { xmlns: NS.roster })),
      iq.request('set', xml('enable', { xmlns: NS.carbons })), // in the same write
    ]);
    session.take({ type: 'roster', items: rosterItemsOf(roster, owner).map(({ item }) => item) });
    await session.refresh();
    const known = { ...session.known(), ...this.#before };
    await presence.begin(known.presence, bound);
    const { catchUp: limit, snapshot: enough } = this.#options;
    const caughtUp = await catchUp(archive, { known, limit, enough });
    this.#before = undefined;
    session.take({ type: 'history', ...caughtUp });
  }

  /**
   * What friends show is forgotten once for each XMPP session: ejabberd tells it all at the first presence, and never
   * again; a resumption loses nothing of it.
   */
  #forgetPresence(): void {
    if (this.#isNew) this.#options.session.take({ type: 'presence-reset' });
    this.#isNew = false;
  }

  /**
   * A message that was on its way while the session was set up may have been archived after the first look, and
   * then comes with no stream: ejabberd looks for the receiver's sessions first, and archives after that.
   *
   * @throws as `run`; AbortError when it is closing
   */
  async lookOnceMore(closing: AbortSignal): Promise<void> {
    const setUp = this.#setUps;
    this.#looks = true;
    await sleep(SECOND_LOOK, undefined, { signal: closing });
    if (setUp !== this.#setUps) return;
    const { archive, session } = this.#options;
    const found = await latest(archive, session.known());
    if (setUp !== this.#setUps) return;
    this.#looks = false;
    session.take({ type: 'history', ...found });
  }
}
