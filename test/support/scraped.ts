/** What a process says of itself, as Prometheus reads it. */
import type { Stack } from './stack.ts';

/** One look at all series of a process. */
export class Scraped {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The sum of all series of this name that have these labels; 0 when there is none. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    return this.#lines(name)
      .filter((line) => wanted.every((pair) => line.includes(pair)))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** Is there a series that a selector of Prometheus finds, such as `name{label=~"a|b"}`? */
  has(selector: string): boolean {
    const [, name = '', matchers = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(selector) ?? [];
    const wanted = [...matchers.matchAll(/(\w+)=(~?)"([^"]*)"/g)].map(([, label = '', about, value = '']) =>
      about === '~'
        ? new RegExp(`[{,]${label}="(?:${value.replaceAll('.*', '[^"]*')})"`)
        : `${label}="${value}"`,
    );
    return this.#lines(name).some((line) =>
      wanted.every((one) => (typeof one === 'string' ? line.includes(one) : one.test(line))),
    );
  }

  /** The names of metrics, with their types. */
  get types(): ReadonlyMap<string, string> {
    return new Map(
      [...this.text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type]),
    );
  }

  #lines(name: string): string[] {
    return this.text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  }
}

export async function scrapedFrom(url: string): Promise<Scraped> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return new Scraped(await response.text());
}

/** The three processes of a stack that have an address. */
export function scraping({
  info,
  plan: { ports },
}: Stack): Record<'bridge' | 'component' | 'ejabberd', () => Promise<Scraped>> {
  const at = (port: number) => () => scrapedFrom(`http://127.0.0.1:${port}/metrics`);
  return {
    bridge: () => scrapedFrom(info.metrics.url),
    component: at(ports.componentAdmin),
    ejabberd: at(ports.api),
  };
}
