/** Holds the state and tells who listens. A listener that throws harms neither the others nor the loop. */
import { NOTHING, type ClientState } from './state.ts';

type Listener<T> = (value: T) => void;

export class Listeners<T> {
  readonly #all = new Set<Listener<T>>();

  add(listener: Listener<T>): () => void {
    const own: Listener<T> = (value) => listener(value); // the same function may be added twice
    this.#all.add(own);
    return () => void this.#all.delete(own);
  }

  tell(value: T): void {
    for (const listener of [...this.#all]) {
      try {
        listener(value);
      } catch (error) {
        if ('reportError' in globalThis) reportError(error);
      }
    }
  }
}

export class Store {
  readonly listeners = new Listeners<ClientState>();
  /** Puts over each new state what is not the bridge's yet. */
  dress: (state: ClientState) => ClientState = (state) => state;
  #state: ClientState = NOTHING;

  get state(): ClientState {
    return this.#state;
  }

  set(next: ClientState): void {
    const dressed = this.dress(next);
    if (dressed === this.#state) return;
    this.#state = dressed;
    this.listeners.tell(dressed);
  }

  /** What stands over the state has changed. */
  refresh(): void {
    this.set(this.#state);
  }

  change(part: Partial<ClientState>): void {
    const same = Object.entries(part).every(([key, value]) =>
      Object.is(this.#state[key as keyof ClientState], value),
    );
    if (!same) this.set({ ...this.#state, ...part });
  }
}
