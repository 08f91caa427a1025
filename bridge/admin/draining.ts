/**
 * A worker that is to be empty: it says that it is not ready, so that the load balancer sends people elsewhere, and
 * opens no sessions. Those that there are go on until their tabs call elsewhere, or until they are ended.
 *
 * It is remembered in the run directory, with the time at which sessions end: whoever takes over from this worker drains
 * as well.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sessions } from '../session/sessions.ts';

/** Sessions that are ended at once: each writes a row, and says goodbye to ejabberd. */
const AT_ONCE = 20;
/** Milliseconds until those are ended that were handed over meanwhile. */
const AGAIN = 5000;

export class Draining {
  readonly #sessions: Sessions;
  readonly #mark: string | undefined;
  /** Unix milliseconds: when sessions are ended. */
  #end: number | undefined;
  #ending: NodeJS.Timeout | undefined;

  /** @param dir the run directory of the worker's place; without it nothing is remembered */
  constructor(sessions: Sessions, dir?: string) {
    this.#sessions = sessions;
    this.#mark = dir === undefined ? undefined : join(dir, 'draining');
    if (this.#mark === undefined || !existsSync(this.#mark)) return;
    sessions.admits = false;
    const end = readFileSync(this.#mark, 'utf8');
    if (/^\d+$/.test(end)) this.#end = Number(end);
    this.#waitForEnd(this.#end);
  }

  get on(): boolean {
    return !this.#sessions.admits;
  }

  /** @param endAfter milliseconds until the sessions that are left are ended: their tabs connect elsewhere */
  begin(endAfter?: number): void {
    this.#sessions.admits = false;
    clearTimeout(this.#ending);
    this.#end = endAfter === undefined ? undefined : Date.now() + endAfter;
    if (this.#mark !== undefined) writeFileSync(this.#mark, String(this.#end ?? ''), { mode: 0o600 });
    this.#waitForEnd(this.#end);
  }

  end(): void {
    this.#sessions.admits = true;
    this.#end = undefined;
    clearTimeout(this.#ending);
    if (this.#mark !== undefined) rmSync(this.#mark, { force: true });
  }

  #waitForEnd(end: number | undefined): void {
    if (end === undefined) return;
    this.#ending = setTimeout(() => void this.#endAll(end), Math.max(0, end - Date.now())).unref();
  }

  /** As long as nobody orders otherwise meanwhile. */
  async #endAll(end: number): Promise<void> {
    const left = this.#sessions.all;
    while (left.length > 0 && this.#end === end)
      await Promise.all(left.splice(0, AT_ONCE).map((live) => this.#sessions.close(live)));
    if (this.#end === end) this.#ending = setTimeout(() => void this.#endAll(end), AGAIN).unref();
  }
}
