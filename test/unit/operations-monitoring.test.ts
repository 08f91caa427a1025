/** The alarms and the dashboard name what our processes serve, and are as their sources have them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { METRIC_GROUPS } from '../../bridge/metrics.ts';
import { BOUNDED, type Bound } from '../../bridge/metrics/capacity.ts';
import { alerts } from '../support/operations/alerts.ts';
import { dashboard } from '../support/operations/dashboard.ts';
import { allMetrics } from '../support/operations/metrics.ts';
import { faultsOf } from '../support/operations/promql.ts';
import { ROOT } from '../support/root.ts';

const FILE = join(ROOT, 'docs/grafana/im-bridge.json');
const metrics = allMetrics();

interface Shown {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit: string } };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly legendFormat: string;
  }[];
}

const shown = (JSON.parse(dashboard()) as { panels: Shown[] }).panels;
const graphs = shown.filter(({ type }) => type !== 'row');

describe('metrics', () => {
  test('are named as Prometheus asks: counters end in _total, seconds say so, none has a name twice', () => {
    const own = metrics.filter(({ name }) => name.startsWith('im_'));
    expect(own.length).toBeGreaterThan(50);
    expect(own.filter(({ type, name }) => (type === 'counter') !== name.endsWith('_total'))).toEqual([]);
    expect(own.filter(({ type, name }) => type === 'histogram' && !name.endsWith('_seconds'))).toEqual([]);
    expect(own.filter(({ help }) => help.length < 10)).toEqual([]);
    const names = metrics.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
  });

  test('have no label that could hold an id of anybody', () => {
    const labels = new Set(metrics.flatMap(({ labels }) => labels));
    expect(
      [...labels].filter((label) => /^(?:user|u|tab|id|cid|jid|address|ip|peer|with)$/.test(label)),
    ).toEqual([]);
  });

  test('of all that is bounded say what becomes of the next one', () => {
    const lacking = Object.values<Bound>(BOUNDED).filter(({ what, bound, full }) =>
      [what, bound, full].includes(''),
    );
    expect(lacking).toEqual([]);
  });
});

const sources = ['bridge', 'ejabberd-modules'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
);

test('every metric of the list is counted somewhere, and all that is bounded is watched', () => {
  const isSomewhere = (text: string): boolean => sources.some((source) => source.includes(text));
  const keys = Object.values(METRIC_GROUPS).flatMap((group) => Object.keys(group));
  expect(
    keys.filter((key) => !['metrics', 'capacity'].some((owner) => isSomewhere(`${owner}.${key}.`))),
  ).toEqual([]);
  const places = (name: string): string[] => [
    `watchBounded('${name}'`,
    `used: '${name}'`,
    `waiting: '${name}'`,
  ];
  expect(Object.keys(BOUNDED).filter((name) => !places(name).some(isSomewhere))).toEqual([]);
});

describe('the dashboard', () => {
  test('is the file in docs/grafana', () => {
    if (process.env['WRITE_DOCS'] === '1') writeFileSync(FILE, dashboard());
    else expect(readFileSync(FILE, 'utf8')).toBe(dashboard());
  });

  test('has a title, an explanation, a unit and queries in each panel', () => {
    expect(graphs.length).toBeGreaterThan(30);
    for (const { title, description = '', fieldConfig, targets = [] } of graphs) {
      expect(title).not.toBe('');
      expect(description).toMatch(/\.$/);
      expect(fieldConfig?.defaults.unit).toMatch(/^(?:short|s|ops|bytes|percentunit)$/);
      expect(targets.length).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
      expect(targets.filter(({ legendFormat }) => legendFormat === '')).toEqual([]);
    }
  });

  test('has each panel once, and none over another', () => {
    expect(new Set(shown.map(({ id }) => id)).size).toBe(shown.length);
    expect(new Set(graphs.map(({ title }) => title)).size).toBe(graphs.length);
    const fields = shown.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(fields).size).toBe(fields.length);
  });

  test('names metrics and labels that there are', () => {
    const faults = graphs.flatMap(({ title, targets = [] }) =>
      targets.flatMap(({ expr }) => faultsOf(expr, metrics).map((fault) => `${title}: ${fault}`)),
    );
    expect(faults).toEqual([]);
  });
});

test('every metric of ours is on the dashboard, or in an alarm', () => {
  const exprs = [...graphs.flatMap(({ targets = [] }) => targets), ...alerts()]
    .map(({ expr }) => expr)
    .join('\n');
  const own = metrics.filter(({ name }) => name.startsWith('im_')).map(({ name }) => name);
  expect(own.filter((name) => !new RegExp(`\\b${name}(?:_bucket)?\\b`).test(exprs))).toEqual([]);
});

describe('the alarms', () => {
  test('name metrics and labels that there are', () => {
    const faults = alerts().flatMap(({ alert, expr }) =>
      faultsOf(expr, metrics).map((fault) => `${alert}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  test('say what they mean and what to do, and who is to be told', () => {
    const names = alerts().map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    for (const { alert, labels, annotations } of alerts()) {
      expect(alert).toMatch(/^Im[A-Z][A-Za-z]+$/);
      expect(labels.severity).toMatch(/^(?:page|ticket)$/);
      expect(annotations.summary.length).toBeGreaterThan(20);
      expect(annotations.todo.length).toBeGreaterThan(20);
    }
  });
});

test('a query that names what is not there is found out', () => {
  expect(faultsOf('rate(im_no_such_total[5m])', metrics)).toEqual(['im_no_such_total: nobody serves it']);
  expect(faultsOf('im_pool_in_use{user="alice"}', metrics)).toEqual(['im_pool_in_use: has no label user']);
  expect(faultsOf('sum by (user) (im_tabs)', metrics)).toEqual(['im_tabs: has no label user']);
  expect(faultsOf('im_delivery_seconds > 1', metrics)).toEqual(['im_delivery_seconds: nobody serves it']);
  expect(faultsOf('1 > 0', metrics)).toEqual(['1 > 0: names no metric']);
});
