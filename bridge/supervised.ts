/**
 * A worker under its supervisor: ready -> serving -> retiring -> gone. It takes calls when it is told to, takes over from
 * others, and at its end gives what it has to its successor.
 */
import { join } from 'node:path';
import type { Bridge } from './wiring.ts';
import type { Log } from './log.ts';
import { metrics, collectOnScrape } from './metrics.ts';
import { listenForWords, workerSocket } from './supervision/control.ts';
import { ADMIN_FILE, BEAT, WEB_FILE, type FromWorker, type ToWorker } from './supervision/messages.ts';
import { Giver } from './hand-over/giver.ts';
import { Orphans } from './hand-over/orphans.ts';
import { Taker } from './hand-over/taker.ts';

/** Milliseconds for workers that leave to say whom they bring. */
const ANNOUNCED = 5000;
/** Milliseconds in which those are answered who call on connections that they had before. */
const LINGER = 3000;

export interface SupervisedOptions {
  readonly dir: string;
  readonly bridge: Bridge;
  readonly log: Log;
  /** Sessions that are resumed at once. */
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

  constructor(options: SupervisedOptions) {
    const { bridge, log, dir, window, oldest } = options;
    const { sessions, expected } = bridge;
    this.#options = options;
    this.#taker = new Taker({ sessions, expected, log, window });
    this.#orphans = new Orphans({ dir, taker: this.#taker, expected, log, window, oldest });
    this.#giver = new Giver({ ...bridge, log });
    collectOnScrape(() => metrics.handOverExpected.set(expected.size));
  }

  /** Says that it is there, and does from then on what it is told. */
  async begin(): Promise<void> {
    const { dir, say, bridge } = this.#options;
    const socket = join(dir, `worker-${process.pid}.sock`);
    await this.#taker.listen(socket);
    await listenForWords(workerSocket(dir, process.pid), bridge.words);
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
    await this.#adopt(orphans);
  }

  async #adopt(orphans: readonly number[]): Promise<void> {
    if (orphans.length === 0) return;
    await this.#orphans.adopt(orphans);
    this.#options.say({ type: 'adopted', orphans });
  }

  async #retire(to: string): Promise<void> {
    const { bridge, say, log } = this.#options;
    bridge.stopListening();
    try {
      await this.#giver.giveTo(to);
    } catch (error) {
      log.event('not-handed-over', { err: error });
      say({ type: 'not-retired', reason: (error as Error).message });
      return;
    }
    say({ type: 'retired' });
    setTimeout(() => void bridge.close().then(() => process.exit(0)), LINGER);
  }
}
