/**
 * The person's UI state, with the changes of this page at once: those that are on their way stand over what the
 * snapshot has, until the snapshot has them too, or the bridge has refused them.
 */
import type { Deeds, Settings } from './deeds.ts';
import type { ClientState } from './state.ts';
import type { Store } from './store.ts';

interface Change {
  readonly value: unknown;
  /** The version of the UI state that has it: undefined until it is answered. */
  version?: number;
}

export class UiState {
  readonly #deeds: Deeds;
  readonly #store: Store;
  readonly #changes = new Map<string, Change>();

  constructor(deeds: Deeds, store: Store) {
    this.#deeds = deeds;
    this.#store = store;
    store.dress = (state) => this.#over(state);
  }

  /** Nothing is lost when it fails: the state shows again what the bridge has. @throws CallFault */
  async set(settings: Settings): Promise<void> {
    const changes = Object.entries(settings).map(([key, value]): [string, Change] => [key, { value }]);
    for (const [key, change] of changes) this.#changes.set(key, change);
    this.#store.refresh();
    try {
      const version = await this.#deeds.setUi(settings);
      for (const [, change] of changes) change.version = version;
    } catch (error) {
      for (const [key, change] of changes) if (this.#changes.get(key) === change) this.#changes.delete(key);
      throw error;
    } finally {
      this.#store.refresh();
    }
  }

  #over(state: ClientState): ClientState {
    const { snapshot, ui } = state;
    if (snapshot === undefined) this.#changes.clear(); // somebody else, or nobody
    for (const [key, { version }] of this.#changes)
      if (version !== undefined && version <= (snapshot?.uiVersion ?? 0)) this.#changes.delete(key);
    const next = withChanges(snapshot?.ui ?? {}, this.#changes);
    return isSame(ui, next) ? state : { ...state, ui: next };
  }
}

function withChanges(ui: Settings, changes: ReadonlyMap<string, Change>): Settings {
  const all = new Map(Object.entries(ui));
  for (const [key, { value }] of changes) {
    if (value === null) all.delete(key);
    else all.set(key, value);
  }
  return Object.fromEntries(all);
}

/** The same values under the same keys: what draws by it is drawn again only when there is something new. */
function isSame(a: Settings, b: Settings): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && Object.is(a[key], b[key]));
}
