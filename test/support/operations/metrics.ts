/** All metrics that our processes serve, as the sources have them: what documents and rules may name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Counter, Histogram, Registry, collectDefaultMetrics, type Metric } from 'prom-client';
import { METRIC_GROUPS } from '../../../bridge/metrics.ts';
import { ROOT } from '../root.ts';

export interface MetricText {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly labels: readonly string[];
  readonly help: string;
  /** Which process serves it. */
  readonly by: string;
}

export function allMetrics(): MetricText[] {
  const own = Object.entries(METRIC_GROUPS).flatMap(([by, metrics]) =>
    Object.values<Metric>(metrics).map((metric) => textOf(metric, by)),
  );
  return [...own, ...ofEjabberd(), ...ofNode()];
}

/** What prom-client says of a Node.js process. */
function ofNode(): MetricText[] {
  const register = new Registry();
  collectDefaultMetrics({ register });
  return register.getMetricsAsArray().map((metric) => textOf(metric as unknown as Metric, 'all'));
}

function textOf(metric: Metric, by: string): MetricText {
  const { name, help, labelNames } = metric as unknown as MetricText & { labelNames: string[] };
  return { name, type: typeOf(metric), labels: labelNames, help, by };
}

function typeOf(metric: Metric): MetricText['type'] {
  if (metric instanceof Counter) return 'counter';
  return metric instanceof Histogram ? 'histogram' : 'gauge';
}

/** `{"NAME", "TYPE", "HELP", fun LOOK/1}`, and the labels that LOOK gives beside the host. */
function ofEjabberd(): MetricText[] {
  const source = readFileSync(join(ROOT, 'ejabberd-modules/src/site_metrics.erl'), 'utf8');
  const found = source.matchAll(/\{"(\w+)", "(counter|gauge)",\s+"([^"]+)",\s+fun (\w+)\/1\}/g);
  return [...found].map(([, name = '', type, help = '', look = '']) => ({
    name,
    type: type as MetricText['type'],
    labels: ['host', ...labelsOf(source, look)],
    help,
    by: 'ejabberd',
  }));
}

function labelsOf(source: string, look: string): string[] {
  const [, body = ''] = new RegExp(`^${look}\\(\\w+\\) ->\\n([\\s\\S]*?)\\.\\n`, 'm').exec(source) ?? [];
  return [...body.matchAll(/\{\[\{'?(\w+)'?, [A-Z]/g)].map(([, label = '']) => label);
}
