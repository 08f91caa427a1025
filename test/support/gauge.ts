/** What the bridge of a stack says of itself, as Prometheus reads it. */
import type { Stack } from './stack.ts';

/** The value of a gauge or counter without labels. @throws Error when there is none of that name */
export async function gauge({ info }: Stack, name: string): Promise<number> {
  const text = await (await fetch(info.metrics.url)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  if (line === undefined) throw new Error(`the bridge has no gauge ${name}`);
  return Number(line.split(' ')[1]);
}
