/** The Grafana dashboard, docs/grafana/im-bridge.json: what it shows stands in rows/. */
import type { Panel, Query, Row } from './panel.ts';
import { databases } from './rows/databases.ts';
import { deliveries } from './rows/deliveries.ts';
import { ejabberd } from './rows/ejabberd.ts';
import { handOver } from './rows/hand-over.ts';
import { members } from './rows/members.ts';
import { processes } from './rows/processes.ts';
import { xmpp } from './rows/xmpp.ts';

const ROWS: readonly Row[] = [members, deliveries, xmpp, handOver, ejabberd, databases, processes];

/** Grafana's grid is 24 wide: three panels side by side. */
const [WIDTH, HEIGHT] = [8, 8];
/** Of the format of the file: Grafana 10 and later read it, and bring it up to date. */
const SCHEMA = 39;
const SOURCE = { type: 'prometheus', uid: '${source}' };

interface Place {
  readonly x: number;
  readonly y: number;
}

/** The file, as Grafana imports it. */
export function dashboard(): string {
  const whole = {
    uid: 'im-bridge',
    title: 'im-bridge',
    description:
      'Made by test/support/operations/dashboard.ts. docs/operations.md says what each metric means.',
    tags: ['im-bridge'],
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    schemaVersion: SCHEMA,
    time: { from: 'now-3h', to: 'now' },
    timezone: 'browser',
    templating: { list: [sourceVariable(), instanceVariable()] },
    panels: panels(),
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

function panels(): object[] {
  const all: object[] = [];
  let y = 0;
  for (const { title, panels: ofRow } of ROWS) {
    all.push({
      id: all.length + 1,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: 24, h: 1 },
    });
    for (const [index, panel] of ofRow.entries()) {
      const place = { x: (index % 3) * WIDTH, y: y + 1 + Math.floor(index / 3) * HEIGHT };
      all.push(panelOf(panel, all.length + 1, place));
    }
    y += 1 + Math.ceil(ofRow.length / 3) * HEIGHT;
  }
  return all;
}

function panelOf({ title, says, unit, queries }: Panel, id: number, { x, y }: Place): object {
  return {
    id,
    type: 'timeseries',
    title,
    description: says,
    datasource: SOURCE,
    gridPos: { x, y, w: WIDTH, h: HEIGHT },
    fieldConfig: { defaults: { unit, min: 0, custom: { lineWidth: 1, fillOpacity: 8 } }, overrides: [] },
    options: {
      legend: { displayMode: 'list', placement: 'bottom' },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    targets: queries.map(targetOf),
  };
}

function targetOf({ expr, legend }: Query, index: number): object {
  return { refId: String.fromCodePoint(65 + index), datasource: SOURCE, expr, legendFormat: legend };
}

function sourceVariable(): object {
  return { name: 'source', label: 'Prometheus', type: 'datasource', query: 'prometheus' };
}

function instanceVariable(): object {
  return {
    name: 'instance',
    label: 'Worker',
    type: 'query',
    datasource: SOURCE,
    query: { query: 'label_values(im_sessions{job="im-bridge"}, instance)', refId: 'instance' },
    refresh: 2,
    includeAll: true,
    multi: true,
    current: { text: 'All', value: '$__all' },
  };
}
