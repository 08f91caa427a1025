/**
 * A worker under its supervisor: ready -> serving -> retiring -> gone. It takes calls when it is told to, takes over from
 * others, and at its end gives what it has to its successor.
 */
import { availableParallelism } from 'node:os';
import type { Bridge } from './wiring.ts';
import type { Log } from './log.ts';
import { collectOnScrape, fromZero, HOW, metrics } from './metrics.ts';
import { adminSocket, listenForWords } from './supervision/control.ts';
import {
  ADMIN_FILE,
  BEAT,
  WEB_FILE,
  type FromWorker,
  type OwnPlace,
  type ToWorker,
} from './supervision/messages.ts';
import { workerSocket } from './supervision/run-dir.ts';
import { Giver } from './hand-over/giver.ts';
import { Orphans } from './hand-over/orphans.ts';
import { Taker } from './hand-over/taker.ts';

/** Milliseconds for workers that leave to say whom they bring, before calls are taken, and before journals are. */
const ANNOUNCED = 5000;
const SURELY_ANNOUNCED = 30_000;
/** Milliseconds in which those are answered who call on connections that they had before. */
const LINGER = 3000;

/**
 * Sessions that a worker that leaves brings at once. A resumption is work, for ejabberd more than for us: with more at
 * once than there are cores to do it, each takes longer, and all together hardly less.
 */
const AT_ONCE = 2 * availableParallelism();

export interface SupervisedOptions {
  readonly place: OwnPlace;
  readonly bridge: Bridge;
  readonly log: Log;
  /** Sessions of a killed worker that are resumed at once. */
  readonly window: number;
  /** Milliseconds that the server keeps the streams of a worker that was killed. */
  readonly oldest: number;
  readonly say: (word: FromWorker) => void;
}

export class Supervised {
  readonly #options: SupervisedOptions;
  readonly #taker: Taker;
  readonly #orphans: Orphans;
  readonly #giver: Giver;
  #isGiving = false;

  constructor(options: SupervisedOptions) {
    const { bridge, log, window: logins, oldest } = options;
    const { dir } = options.place;
    const { sessions, expected } = bridge;
    this.#options = options;
    const window = Math.min(logins, AT_ONCE);
    this.#taker = new Taker({
      ...{ sessions, expected, log, window },
      onAnnounced: (users, giver) => this.#orphans.leaveOut(users, giver),
      later: (user) => this.#orphans.take(user),
    });
    this.#orphans = new Orphans({ dir, taker: this.#taker, expected, log, window: logins, oldest });
    this.#giver = new Giver({ ...bridge, id: options.place.id, log });
    fromZero(metrics.handedOver, ...HOW.map((how) => ({ how })));
    collectOnScrape(() => metrics.handOverExpected.set(expected.size));
  }

  /** Says that it is there, and does from then on what it is told. */
  async begin(): Promise<void> {
    const { place, say, bridge } = this.#options;
    const socket = workerSocket(place.dir, place.id);
    await this.#taker.listen(socket);
    await listenForWords(adminSocket(place.dir, process.pid), bridge.words);
    bridge.expected.onWanted = (user) => {
      this.#taker.prefer(user);
      this.#orphans.prefer(user);
    };
    setInterval(() => say({ type: 'beat', memory: process.memoryUsage.rss() }), BEAT);
    say({ type: 'ready', socket });
  }

  async hear(word: ToWorker): Promise<void> {
    if (word.type === 'serve') await this.#serve(word.givers, word.orphans);
    else if (word.type === 'adopt') {
      this.#orphans.find(word.orphans);
      await this.#adopt(word.orphans);
    } else await this.#retire(word.to);
  }

  /** Who calls for a session that is to come waits: so it is known whose those are before anybody can call. */
  async #serve(givers: number, orphans: readonly number[]): Promise<void> {
    const { bridge, say } = this.#options;
    this.#orphans.find(orphans);
    await this.#taker.announcements(givers, ANNOUNCED);
    await bridge.listen({ web: WEB_FILE, admin: ADMIN_FILE });
    say({ type: 'serving' });
    this.#taker.begin();
    await this.#taker.announcements(givers, SURELY_ANNOUNCED);
    await this.#adopt(orphans);
  }

  async #adopt(orphans: readonly number[]): Promise<void> {
    if (orphans.length === 0) return;
    if (!(await this.#orphans.adopt(orphans))) return;
    this.#taker.settleRest(); // who was announced, and stands in no journal
    this.#options.say({ type: 'adopted', orphans });
  }

  async #retire(to: string): Promise<void> {
    const { bridge, say, log } = this.#options;
    if (this.#isGiving) return; // told again when that fails
    this.#isGiving = true;
    bridge.stopListening();
    this.#orphans.stop();
    try {
      await this.#giver.giveTo(to);
    } catch (error) {
      log.event('not-handed-over', { err: error });
      say({ type: 'not-retired', reason: (error as Error).message });
      return;
    } finally {
      this.#isGiving = false;
    }
    say({ type: 'retired' });
    setTimeout(() => void bridge.close().then(() => process.exit(0)), LINGER);
  }
}
