/** How far behind the site the component is: the age of the oldest row of the outbox. */
import type { Change } from '../../bridge/site/changes.ts';

export class Lag {
  /** Of the rows at the last look: when each was written, or seen first, in monotonic milliseconds. */
  #since = new Map<string, number>();

  /** The rows of a look at the outbox: some hundred at the most. */
  see(rows: readonly Change[], now = performance.now()): void {
    const since = ({ id, age }: Change): number =>
      age === undefined ? (this.#since.get(id) ?? now) : now - age * 1000;
    this.#since = new Map(rows.map((row) => [row.id, since(row)]));
  }

  /** Seconds; 0 when nothing waits. While nobody looks, it grows. */
  get oldest(): number {
    return this.at(performance.now());
  }

  at(now: number): number {
    const first = Math.min(now, ...this.#since.values());
    return (now - first) / 1000;
  }
}
