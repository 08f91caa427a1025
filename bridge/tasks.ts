/** What something scarce is busy with: whoever waits in vain waited behind that. */

/** Something under way, and for how many seconds it has been. */
export interface Ahead {
  readonly what: string;
  readonly seconds: number;
}

export interface Task {
  /** What is being done: it may change on the way. */
  what: string;
  /** Monotonic milliseconds. */
  readonly since: number;
}

/** Tasks that are told, those first that have run longest. */
const TOLD = 3;

export class Tasks {
  /** A Set keeps the order in which they began. */
  readonly #tasks = new Set<Task>();

  /** To be ended by whoever begins it. */
  begin(what: string, now = performance.now()): Task {
    const task = { what, since: now };
    this.#tasks.add(task);
    return task;
  }

  end(task: Task): void {
    this.#tasks.delete(task);
  }

  longest(now = performance.now()): Ahead[] {
    return aheadOf(this.#tasks, now);
  }
}

/** The first of these, which stand in the order in which they began. */
export function aheadOf(tasks: Iterable<Task>, now = performance.now()): Ahead[] {
  const first: Ahead[] = [];
  for (const { what, since } of tasks) {
    if (first.length >= TOLD) break;
    first.push({ what, seconds: Math.round(now - since) / 1000 });
  }
  return first;
}
