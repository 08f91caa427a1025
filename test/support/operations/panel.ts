/** A panel of the dashboard, and the queries that panels are made of. */

export interface Query {
  readonly expr: string;
  /** Grafana's: `{{label}}` is the label's value. */
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  readonly says: string;
  /** Grafana's name of a unit. */
  readonly unit: 'short' | 's' | 'ops' | 'bytes' | 'percentunit' | 'percent';
  readonly queries: readonly Query[];
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Of the workers that are looked at. */
export const OF = 'job="im-bridge", instance=~"$instance"';
export const panel = (
  title: string,
  says: string,
  unit: Panel['unit'],
  ...queries: readonly (readonly [expr: string, legend: string])[]
): Panel => ({ title, says, unit, queries: queries.map(([expr, legend]) => ({ expr, legend })) });

/** How often a second, by a label. */
export const rate = (counter: string, by: string, labels = OF): readonly [string, string] => [
  `sum by (${by}) (rate(${counter}{${labels}}[$__rate_interval]))`,
  by
    .split(', ')
    .map((label) => `{{${label}}}`)
    .join(' '),
];

/** Half, and ninety-nine of a hundred, wait no longer. */
export const quantiles = (histogram: string, by = '', labels = OF): (readonly [string, string])[] =>
  [0.5, 0.99].map((q) => [
    `histogram_quantile(${q}, sum by (le${by && `, ${by}`}) (rate(${histogram}_bucket{${labels}}[$__rate_interval])))`,
    `p${q * 100}${by && ` {{${by}}}`}`,
  ]);

export const sum = (metric: string, legend: string, labels = OF): readonly [string, string] => [
  `sum(${metric}{${labels}})`,
  legend,
];
/** Of all processes. */
export const ANY = 'job=~"im-.*"';
