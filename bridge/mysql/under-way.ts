/** What the connections of a pool are busy with: whoever waits in vain waited behind that. */
import { shown, type Ahead } from './errors.ts';

interface Task {
  readonly sql: string;
  /** Monotonic milliseconds. */
  readonly since: number;
}

/** Statements that are told, those first that have run longest. */
const TOLD = 3;

export class UnderWay {
  readonly #tasks = new Set<Task>();

  /** Returns what ends it. */
  begin(sql: string, now = performance.now()): () => void {
    const task = { sql, since: now };
    this.#tasks.add(task);
    return () => void this.#tasks.delete(task);
  }

  /** A Set keeps the order in which they began. */
  longest(now = performance.now()): Ahead[] {
    return [...this.#tasks].slice(0, TOLD).map(({ sql, since }) => ({
      sql: shown(sql),
      seconds: Math.round(now - since) / 1000,
    }));
  }
}
