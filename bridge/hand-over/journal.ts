/**
 * The journal of a worker: what its successor needs when it is killed. It is written before the server is told that it
 * may forget (XEP-0198), to the system's memory: it outlives the process, and not the machine. Old parts go when each
 * session has been written whole again.
 */
import { closeSync, futimesSync, openSync, rmSync, writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { metrics } from '../metrics.ts';
import { dumpPeople, dumpWithoutLog } from '../session/hand-over.ts';
import type { Journal } from '../session/journal.ts';
import type { Live } from '../session/live.ts';
import type { Clock, Input, LinkRecord } from '../session/ports.ts';
import { journalPath, removeJournal } from './journal-files.ts';
import { HEAD, type JournalLine } from './journal-lines.ts';

/** Milliseconds after which a change is written that nobody waits for. */
const SOON = 100;
/** Characters that wait to be written, at the most. */
const GATHERED = 262_144;
/** Bytes of a part, where nothing else is said. */
const PART = 16 * 1024 * 1024;
/** Sessions that are written whole in one turn. */
const AT_ONCE = 10;
/** Milliseconds between two signs of life: an old journal is of no use, as the server has forgotten its streams. */
const TOUCH = 5000;
/** What is of no use later. */
const PASSING: ReadonlySet<Input['type']> = new Set(['typing', 'state-changed', 'ended']);

export interface FileJournalOptions {
  readonly dir: string;
  /** Of this worker. */
  readonly id: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Bytes of a part, at the least, before the next one begins. */
  readonly part?: number;
}

export class FileJournal implements Journal {
  readonly #options: FileJournalOptions;
  readonly #live = new Map<string, Live>();
  readonly #changed = new Set<string>();
  #lines: string[] = [];
  #gathered = 0;
  #timer: NodeJS.Timeout | undefined;
  #file: number | undefined;
  #part = 0;
  /** Of this part, and after which the next one begins. */
  #size = 0;
  #most: number;
  #isBeginning = false;
  readonly #touching: NodeJS.Timeout;

  constructor(options: FileJournalOptions) {
    this.#options = options;
    this.#most = options.part ?? PART;
    this.#open();
    this.#touching = setInterval(() => this.#touch(), TOUCH).unref();
  }

  whole(live: Live): void {
    const { session, upstream, written, behind } = live;
    this.#live.set(session.user, live);
    const record = { session: dumpWithoutLog(session, this.#options.clock()), link: upstream.record };
    this.#add(['whole', session.user, { ...record, written, behind }]);
  }

  took(user: string, input: Input): void {
    if (this.#live.has(user) && !PASSING.has(input.type)) this.#add(['took', user, input]);
  }

  changed({ session: { user } }: Live): void {
    if (!this.#live.has(user)) return;
    this.#changed.add(user);
    this.#writeSoon();
  }

  keep(user: string, change: LinkRecord): void {
    if (!this.#live.has(user)) return;
    this.#add(['link', user, change]);
    this.flush();
  }

  ended(user: string): void {
    if (this.#live.delete(user)) this.#add(['ended', user]);
  }

  flush(): void {
    const changed = [...this.#changed];
    this.#changed.clear(); // before they are added: that may be so much that it flushes by itself
    for (const user of changed) this.#addPeople(user);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#lines.join('');
    this.#lines = [];
    this.#gathered = 0;
    if (text !== '') this.#write(text);
    if (this.#size > this.#most && !this.#isBeginning) void this.#beginPart();
  }

  /** There is nothing to take over: all sessions have ended, or others have them. */
  remove(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#touching);
    this.#close();
    removeJournal(this.#options.dir, this.#options.id);
  }

  #addPeople(user: string): void {
    const live = this.#live.get(user);
    if (live !== undefined) this.#add(['people', user, dumpPeople(live.session, this.#options.clock())]);
  }

  #add(line: JournalLine): void {
    if (this.#file === undefined) return;
    const text = `${JSON.stringify(line)}\n`;
    this.#lines.push(text);
    this.#gathered += text.length;
    if (this.#gathered > GATHERED) this.flush();
    else this.#writeSoon();
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => this.flush(), SOON);
  }

  /** A journal that can't be written is given up: the chat goes on, and a worker that is killed then leaves nothing. */
  #write(text: string): void {
    if (this.#file === undefined) return;
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
      this.#size += bytes.length;
      metrics.journalBytes.inc(bytes.length);
    } catch (error) {
      this.#giveUp('journal-given-up', error);
    }
  }

  /** What has been written would grow older and older: a successor that believed it would bring back who has gone. */
  #giveUp(event: 'journal-given-up' | 'no-journal', error: unknown): void {
    this.#options.log.event(event, { err: error });
    metrics.journalGivenUp.set(1);
    try {
      this.remove();
    } catch {
      // as full as the disk, or as short of open files: it is soon too old to be read
    }
  }

  #open(): void {
    try {
      this.#file = openSync(journalPath(this.#options.dir, this.#options.id, this.#part), 'w', 0o600);
      this.#size = 0;
      this.#write(`${HEAD}\n`);
    } catch (error) {
      this.#giveUp('no-journal', error);
    }
  }

  #touch(): void {
    const now = new Date();
    if (this.#file !== undefined) futimesSync(this.#file, now, now);
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** All sessions are written whole into a new part, a few in each turn; then the old one goes. */
  async #beginPart(): Promise<void> {
    this.#isBeginning = true;
    const old = journalPath(this.#options.dir, this.#options.id, this.#part);
    this.#close();
    this.#part += 1;
    this.#open();
    await this.#writeAll();
    this.flush();
    this.#most = Math.max(this.#options.part ?? PART, this.#size * 2);
    this.#isBeginning = false;
    if (this.#file !== undefined) rmSync(old, { force: true });
  }

  async #writeAll(): Promise<void> {
    const users = [...this.#live.keys()];
    while (users.length > 0) {
      for (const user of users.splice(-AT_ONCE)) {
        const live = this.#live.get(user);
        if (live !== undefined) this.whole(live);
      }
      await nextTurn();
    }
  }
}
