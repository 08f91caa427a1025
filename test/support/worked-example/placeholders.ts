/**
 * Placeholders of a worked example. `<time>` stands for anything of its kind; `<tab of alice>` for the same text each
 * time: what it is, the first answer says that has it.
 */

/** By the first word. */
const KINDS: Readonly<Record<string, RegExp>> = {
  tab: /[\w-]{22,128}/,
  epoch: /[\w-]{8,32}/,
  id: /\d{1,20}/,
  time: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/,
};

const PLACEHOLDER = /<([a-z]+(?: [a-z]+)*)>/g;

export class Placeholders {
  readonly #known: Map<string, string>;

  constructor(known: Readonly<Record<string, string>>) {
    this.#known = new Map(Object.entries(known));
  }

  /** @throws Error for one that no answer before has told. */
  fill(text: string, encode: (value: string) => string = (value) => value): string {
    return text.replaceAll(PLACEHOLDER, (_, name: string) => {
      const value = this.#known.get(name);
      if (value === undefined) throw new Error(`nothing has said yet what <${name}> is`);
      return encode(value);
    });
  }

  /** `actual` with placeholders wherever it has what `printed` has one for: equal to `printed`, if they agree. */
  printedLike(printed: unknown, actual: unknown): unknown {
    if (typeof printed === 'string' && typeof actual === 'string') return this.#text(printed, actual);
    if (Array.isArray(printed) && Array.isArray(actual))
      return actual.map((value, index) => this.printedLike(printed[index], value));
    if (!isRecord(printed) || !isRecord(actual)) return actual;
    return Object.fromEntries(
      Object.entries(actual).map(([key, value]) => [key, this.printedLike(printed[key], value)]),
    );
  }

  #text(printed: string, actual: string): string {
    const names = [...printed.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
    const found = new RegExp(`^${this.#pattern(printed)}$`).exec(actual);
    if (found === null) return actual;
    names.forEach((name, index) => {
      if (name.includes(' ')) this.#known.set(name, found[index + 1] ?? '');
    });
    return printed;
  }

  #pattern(printed: string): string {
    const parts = printed.split(PLACEHOLDER); // texts, and between them the names
    return parts.map((part, index) => (index % 2 === 0 ? escaped(part) : `(${this.#one(part)})`)).join('');
  }

  #one(name: string): string {
    const known = this.#known.get(name);
    if (known !== undefined) return escaped(known);
    const kind = KINDS[name.split(' ', 1)[0] ?? ''];
    if (kind === undefined) throw new Error(`<${name}>: there is no such kind of placeholder`);
    return kind.source;
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
