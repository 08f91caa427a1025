/** The settings of somebody's ejabberd.yml, as they hold for one domain. Unknown input: nothing in it is trusted to be there. */

export type Tree = Readonly<Record<string, unknown>>;

export interface Listener {
  readonly module: string;
  readonly port: number;
  /** All addresses unless it is set. */
  readonly ip: string;
  readonly options: Tree;
}

const SECONDS: Readonly<Record<string, number>> = {
  millisecond: 0.001,
  ms: 0.001,
  second: 1,
  sec: 1,
  s: 1,
  minute: 60,
  min: 60,
  m: 60,
  hour: 3600,
  h: 3600,
  day: 86_400,
  d: 86_400,
};

export class EjabberdSettings {
  readonly domain: string;
  readonly listeners: readonly Listener[];
  readonly modules: ReadonlyMap<string, Tree>;
  readonly #tree: Tree;

  constructor(tree: Tree, domain: string) {
    this.#tree = tree;
    this.domain = domain;
    this.listeners = listOf(tree['listen']).map(listenerOf);
    this.modules = this.#modulesOf();
  }

  get hosts(): readonly string[] {
    return words(this.#tree['hosts']);
  }

  /** The value for the domain. */
  get(name: string): unknown {
    return this.#ofHost('host_config')[name] ?? this.#tree[name];
  }

  /** An entry of `acl`, `access_rules` or `shaper_rules`. */
  named(kind: 'acl' | 'access_rules' | 'shaper_rules', name: string): unknown {
    const added = treeOf(this.#ofHost('append_host_config')[kind])[name];
    return added ?? treeOf(this.get(kind))[name];
  }

  listening(module: string): readonly Listener[] {
    return this.listeners.filter((listener) => listener.module === module);
  }

  #modulesOf(): ReadonlyMap<string, Tree> {
    const added = treeOf(this.#ofHost('append_host_config')['modules']);
    const all = { ...treeOf(this.get('modules')), ...added };
    return new Map(Object.entries(all).map(([name, options]) => [name, treeOf(options)]));
  }

  #ofHost(name: 'host_config' | 'append_host_config'): Tree {
    return treeOf(treeOf(this.#tree[name])[this.domain]);
  }
}

function listenerOf(value: unknown): Listener {
  const options = treeOf(value);
  const { module, port, ip } = options;
  return {
    module: typeof module === 'string' ? module : '?',
    port: Number(port),
    ip: typeof ip === 'string' ? ip : '0.0.0.0',
    options,
  };
}

/** ejabberd writes a list of options as a list of maps too. */
export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return Object.assign({}, ...value.map(treeOf)) as Tree;
  return typeof value === 'object' && value !== null ? (value as Tree) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

/** The texts of one text, or of a list. */
export function words(value: unknown): readonly string[] {
  return listOf(value).filter((word) => typeof word === 'string');
}

/** `true`, `yes` or `on`, also as text. */
export function isOn(value: unknown): boolean {
  return value === true || (typeof value === 'string' && /^(true|yes|on)$/i.test(value));
}

/** A number, `infinity`, or undefined when it is not set. */
export function sizeOf(value: unknown): number | undefined {
  if (value === 'infinity' || value === 'unlimited') return Infinity;
  const size = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
  return Number.isNaN(size) ? undefined : size;
}

/** Seconds: a number is seconds already, a text may have a unit. */
export function secondsOf(value: unknown): number | undefined {
  const parts = typeof value === 'string' ? /^(\d+)\s*([a-z]+?)s?$/i.exec(value.trim()) : null;
  if (parts === null) return sizeOf(value);
  const [, number, unit = ''] = parts;
  const factor = SECONDS[unit.toLowerCase()] ?? (unit.toLowerCase() === 'm' ? 60 : undefined);
  return factor === undefined ? undefined : Number(number) * factor;
}
