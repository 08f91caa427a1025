/** Where the metrics of a process stand, and how one is made: names as Prometheus has them (seconds, bytes, `_total`). */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export const registry = new Registry();

const registers = [registry];
/** Seconds: from what is at once up to what a person gives up on. */
const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Only grows. Labels have few values, and never an id of anybody. */
export function counter<L extends string = never>(
  name: string,
  help: string,
  ...labelNames: readonly L[]
): Counter<L> {
  return new Counter({ name, help, labelNames, registers });
}

export function gauge<L extends string = never>(
  name: string,
  help: string,
  ...labelNames: readonly L[]
): Gauge<L> {
  return new Gauge({ name, help, labelNames, registers });
}

/** Of seconds. */
export function histogram<L extends string = never>(
  name: string,
  help: string,
  ...labelNames: readonly L[]
): Histogram<L> {
  return new Histogram({ name, help, labelNames, buckets: BUCKETS, registers });
}

/**
 * Has a counter begin at 0 for these labels. One that first appears with a number has not grown, for Prometheus: an alarm
 * that asks whether it grows would never hear of the first.
 */
export function fromZero<L extends string>(
  counted: Counter<L>,
  ...labels: readonly Readonly<Record<L, string>>[]
): void {
  for (const one of labels) counted.inc(one, 0);
}

const collectors: (() => void)[] = [];

/** Has `collect` set its gauges each time that somebody asks. */
export function collectOnScrape(collect: () => void): void {
  collectors.push(collect);
}

/** All metrics as text. */
export function scrape(): Promise<string> {
  for (const collect of collectors) collect();
  return registry.metrics();
}

/** Some of them as text. Others are left as they are: the event-loop delay begins anew each time that it is read. */
export async function scrapeSome(names: readonly string[]): Promise<string> {
  for (const collect of collectors) collect();
  const known = names.filter((name) => registry.getSingleMetric(name) !== undefined);
  return (await Promise.all(known.map((name) => registry.getSingleMetricAsString(name)))).join('\n');
}
