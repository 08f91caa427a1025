/** A profile of V8, added up: by where the code comes from, and the functions that take most by themselves. */
import { table } from '../numbers.ts';

export interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

const FUNCTIONS = 25;
/** Not work. */
const IDLE = new Set(['(idle)', '(root)']);

export function summaryOf({ nodes, samples, timeDeltas }: Profile): string {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const origins = new Map<string, number>();
  const functions = new Map<string, number>();
  let all = 0;
  for (const [index, id] of samples.entries()) {
    const { functionName = '', url = '', lineNumber = 0 } = frames.get(id) ?? {};
    if (IDLE.has(functionName)) continue;
    const time = timeDeltas[index] ?? 0;
    all += time;
    add(origins, originOf(functionName, url), time);
    add(
      functions,
      `\`${functionName || 'anonymous'}\` ${shortened(url)}${url === '' ? '' : `:${lineNumber + 1}`}`,
      time,
    );
  }
  const rows = (of: Map<string, number>): string[][] => shares(of, all).slice(0, FUNCTIONS);
  return [
    `${(all / 1e6).toFixed(1)} s of the worker's main thread, by origin\n`,
    table(['code of', 'share'], rows(origins)),
    '\nThe functions that take most by themselves\n',
    table(['function', 'share'], rows(functions)),
  ].join('\n');
}

function originOf(name: string, url: string): string {
  if (url.startsWith('node:')) return `node: ${url.slice(5).split('/').slice(0, 2).join('/')}`;
  const packed = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (packed !== undefined) return packed;
  const own = /dist\/(bridge\/[^/]+)/.exec(url)?.[1];
  if (own !== undefined) return own;
  return url === '' ? name || 'native' : 'other';
}

function shortened(url: string): string {
  return url.replace(/^.*\/(node_modules|dist)\//, '');
}

function add(sums: Map<string, number>, key: string, time: number): void {
  sums.set(key, (sums.get(key) ?? 0) + time);
}

function shares(of: ReadonlyMap<string, number>, all: number): string[][] {
  return [...of]
    .sort(([, a], [, b]) => b - a)
    .map(([name, time]) => [name, `${((100 * time) / all).toFixed(1)} %`]);
}
