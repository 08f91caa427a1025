/** What a query of Prometheus names, as far as documents of ours need it: no parser of PromQL. */
import type { MetricText } from './metrics.ts';

/** Of Prometheus itself. */
const UP: MetricText = { name: 'up', type: 'gauge', labels: [], help: '', by: 'Prometheus' };
/** Prometheus gives these to every series. */
const EVERYWHERE = new Set(['job', 'instance', 'le']);

/** What is wrong with the names in a query: metrics that nobody serves, and labels that they have not. */
export function faultsOf(expr: string, metrics: readonly MetricText[]): string[] {
  const known = seriesOf([...metrics, UP]);
  const selectors = [...expr.matchAll(/\b((?:im|process|nodejs)_\w+|up)\b(?:\{([^}]*)\})?/g)];
  if (selectors.length === 0) return [`${expr}: names no metric`];
  const unknown = selectors
    .filter(([, name = '']) => !known.has(name))
    .map(([, name = '']) => `${name}: nobody serves it`);
  const labels = selectors.flatMap(([, name = '', matchers = '']) =>
    [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => ({ label, of: [name] })),
  );
  const names = selectors.map(([, name = '']) => name);
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map((label) => ({ label: label.trim(), of: names })),
  );
  const wrong = [...labels, ...grouped]
    .filter(
      ({ label, of }) =>
        !EVERYWHERE.has(label) && !of.some((name) => known.get(name)?.includes(label) === true),
    )
    .map(({ label, of }) => `${of.join(', ')}: has no label ${label}`);
  return [...unknown, ...wrong];
}

/** Labels by the names of series: a histogram has three. */
function seriesOf(metrics: readonly MetricText[]): Map<string, readonly string[]> {
  return new Map(
    metrics.flatMap(({ name, type, labels }) =>
      type === 'histogram'
        ? ['_bucket', '_sum', '_count'].map((part) => [`${name}${part}`, labels] as const)
        : [[name, labels] as const],
    ),
  );
}
