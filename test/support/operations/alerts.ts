/** The alerting rules, docs/prometheus/alerts.yml, as Prometheus reads them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../root.ts';

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  /** What it means, and what to do. */
  readonly annotations: { readonly summary: string; readonly todo: string };
}

export function alerts(): Alert[] {
  const text = readFileSync(join(ROOT, 'docs/prometheus/alerts.yml'), 'utf8');
  const { groups } = parse(text) as { groups: { rules: Alert[] }[] };
  return groups.flatMap(({ rules }) => rules);
}
