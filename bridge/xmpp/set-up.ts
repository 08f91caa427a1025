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
}

export class SetUp {
  readonly #options: SetUpOptions;
  /**
   * What was known before a set-up that was cut: live messages may have come since, and what they are ahead of is
   * still missing.
   */
  #before: Pick<Known, 'newest'> | undefined;

  constructor(options: SetUpOptions) {
    this.#options = options;
  }

  /**
   * Roster before presence: then it is known who shows himself. And the user's row before it: who chose to be
   * invisible by another worker meanwhile must not be shown as before.
   *
   * @throws CallError, ArchiveFault, StanzaError, NoAnswer, StreamError
   */
  async run(bound: boolean): Promise<void> {
    const { owner, iq, archive, presence, session } = this.#options;
    session.take({ type: 'presence-reset' });
    const roster = await iq.request('get', xml('query', { xmlns: NS.roster }));
    session.take({ type: 'roster', items: rosterItemsOf(roster, owner).map(({ item }) => item) });
    await iq.request('set', xml('enable', { xmlns: NS.carbons }));
    await session.refresh();
    const known = { ...session.known(), ...this.#before };
    this.#before = { newest: known.newest };
    await presence.begin(known.presence, bound);
    const caughtUp = await catchUp(archive, { known, limit: this.#options.catchUp });
    this.#before = undefined;
    session.take({ type: 'history', ...caughtUp });
  }

  /**
   * A message that was on its way while the session was set up may have been archived after the first look, and
   * then comes with no stream: ejabberd looks for the receiver's sessions first, and archives after that.
   *
   * @throws as `run`; AbortError when it is closing
   */
  async lookOnceMore(closing: AbortSignal): Promise<void> {
    await sleep(SECOND_LOOK, undefined, { signal: closing });
    const { archive, session } = this.#options;
    session.take({ type: 'history', ...(await latest(archive, session.known())) });
  }
}
