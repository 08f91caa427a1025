/**
 * Follows the site's outbox: looks at its oldest rows again and again, does what they say, and takes them off when
 * that is done. What fails is tried again with growing pauses, while others go on; what is under way about somebody
 * is finished before the next about the same is begun.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../../bridge/backoff.ts';
import type { Log } from '../../bridge/log.ts';
import { collectOnScrape, metrics, watchBounded } from '../../bridge/metrics.ts';
import type { Change, Changes } from '../../bridge/site/changes.ts';
import { jobsOf, type Job } from './jobs.ts';
import { Lag } from './lag.ts';

export interface TailOptions {
  readonly changes: Changes;
  readonly do: (job: Job) => Promise<void>;
  /** Can anything be done now? */
  readonly ready: () => boolean;
  /** Seconds between two looks. */
  readonly every: number;
  readonly atOnce: number;
  readonly log: Log;
}

interface Failure {
  /** Done again also when another instance has taken its rows off: what was told last may have been ours. */
  readonly job: Job;
  readonly tries: number;
  /** Monotonic milliseconds. */
  readonly until: number;
}

const PAUSE = { base: 500, most: 15_000 };
/** Jobs that failed; above that no others are begun, and their rows wait. */
const MOST_FAILED = 5000;

export class Tail {
  readonly #options: TailOptions;
  readonly #closing = new AbortController();
  /** By the job's key. */
  readonly #running = new Map<string, Promise<void>>();
  readonly #failed = new Map<string, Failure>();
  readonly #lag = new Lag();
  #seen = 0;

  constructor(options: TailOptions) {
    this.#options = options;
    collectOnScrape(() => {
      metrics.changesWaiting.set({ state: 'seen' }, this.#seen);
      metrics.changesWaiting.set({ state: 'running' }, this.#running.size);
      metrics.changesWaiting.set({ state: 'failed' }, this.#failed.size);
      metrics.changesOldest.set(this.#lag.oldest);
    });
    watchBounded('changes', () => this.#running.size, options.atOnce);
    watchBounded('failed-changes', () => this.#failed.size, MOST_FAILED);
  }

  /** Follows until `close`. */
  async run(): Promise<void> {
    for (let misses = 0; !this.#closing.signal.aborted;) {
      const looked = !this.#options.ready() || (await this.#look());
      misses = looked ? 0 : misses + 1;
      await this.#pause(looked ? this.#options.every * 1000 : backoff(misses, Math.random(), PAUSE));
    }
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#running.values());
  }

  /** A pause, or less when all hands were full and one is free again. */
  async #pause(milliseconds: number): Promise<void> {
    const signal = this.#closing.signal;
    const time = sleep(milliseconds * (0.8 + Math.random() * 0.4), undefined, { signal });
    const full = this.#running.size >= this.#options.atOnce;
    await Promise.race([time, ...(full ? this.#running.values() : [])]).catch(() => undefined); // ended by close()
  }

  /** False when the outbox could not be read. */
  async #look(): Promise<boolean> {
    try {
      const rows = await this.#options.changes.next();
      const { jobs, useless } = jobsOf(rows);
      this.#seen = rows.length;
      this.#lag.see(rows);
      this.#begin(jobs);
      await this.#leaveOut(useless);
      return true;
    } catch (error) {
      this.#options.log.event('outbox-unreadable', { err: error });
      return false;
    }
  }

  #begin(jobs: readonly Job[]): void {
    const now = performance.now();
    const failed = [...this.#failed.values()].map(({ job }) => job);
    const fresh = this.#failed.size < MOST_FAILED ? jobs : jobs.filter(({ key }) => this.#failed.has(key));
    const all = new Map([...failed, ...fresh].map((job) => [job.key, job]));
    const due = [...all.values()].filter(
      ({ key }) => !this.#running.has(key) && (this.#failed.get(key)?.until ?? 0) <= now,
    );
    for (const job of due.slice(0, Math.max(0, this.#options.atOnce - this.#running.size))) this.#start(job);
  }

  #start(job: Job): void {
    this.#running.set(
      job.key,
      this.#do(job).finally(() => this.#running.delete(job.key)),
    );
  }

  async #do(job: Job): Promise<void> {
    const { log, changes } = this.#options;
    try {
      await this.#options.do(job);
      await changes.done(job.ids);
      this.#failed.delete(job.key);
      metrics.changes.inc({ about: job.about, outcome: 'done' });
      this.#trace(job);
    } catch (error) {
      const tries = (this.#failed.get(job.key)?.tries ?? 0) + 1;
      this.#failed.set(job.key, {
        job,
        tries,
        until: performance.now() + backoff(tries - 1, Math.random(), PAUSE),
      });
      metrics.changes.inc({ about: job.about, outcome: 'failed' });
      log.event('change-not-done', { err: error, user: job.user, about: job.about, tries });
    }
  }

  #trace(job: Job): void {
    const { about, user, ids } = job;
    const people = 'friend' in job ? [user, job.friend] : [user];
    for (const who of people)
      this.#options.log.traceOf(who)?.line('change-done', { about, people, rows: ids });
  }

  async #leaveOut(useless: readonly Change[]): Promise<void> {
    if (useless.length === 0) return;
    const [{ id, kind, user } = { id: '', kind: '', user: '' }] = useless;
    metrics.changes.inc({ about: 'unknown', outcome: 'left-out' }, useless.length);
    this.#options.log.event('changes-left-out', {
      rows: useless.length,
      id,
      kind: kind.slice(0, 40),
      user: user.slice(0, 128),
    });
    await this.#options.changes.done(useless.map((change) => change.id));
  }
}
