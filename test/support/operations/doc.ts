/** The tables of docs/operations.md that are made from the sources. */
import { LOG_EVENTS, type LogEventText } from '../../../bridge/log-events.ts';
import { BOUNDED, type Bound } from '../../../bridge/metrics/capacity.ts';
import { TRACE_EVENTS, type TraceEventText } from '../../../bridge/trace/events.ts';
import { alerts } from './alerts.ts';
import { allMetrics } from './metrics.ts';

type Row = readonly string[];

function tableOf(titles: Row, rows: readonly Row[]): string {
  const lines = [titles, titles.map(() => '---'), ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function logEvents(): string {
  const rows = Object.entries<LogEventText>(LOG_EVENTS).map(([name, { level, part, says }]) => [
    `\`${name}\``,
    level,
    part,
    says,
  ]);
  return tableOf(['event', 'level', 'written by', 'msg'], rows);
}

function traceEvents(): string {
  const rows = Object.entries<TraceEventText>(TRACE_EVENTS).map(([name, { part, says }]) => [
    `\`${name}\``,
    part,
    says,
  ]);
  return tableOf(['event', 'written by', 'what it says'], rows);
}

function metrics(): string {
  const rows = allMetrics().map(({ name, type, labels, help, by }) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', '),
    by,
    help,
  ]);
  return tableOf(['metric', 'type', 'labels', 'served by', 'what it is'], rows);
}

function bounds(): string {
  const rows = Object.entries<Bound>(BOUNDED).map(([name, { part, what, bound, full }]) => [
    `\`${name}\``,
    part,
    what,
    bound,
    full,
  ]);
  return tableOf(['`of`', 'process', 'what is counted', 'bound', 'the next one'], rows);
}

function alarms(): string {
  const rows = alerts().map(({ alert, labels, annotations: { summary, todo } }) => [
    `\`${alert}\``,
    labels.severity,
    summary,
    todo,
  ]);
  return tableOf(['alarm', 'severity', 'what it means', 'what to do'], rows);
}

/** By the name that its place in the page has. */
const TABLES: Readonly<Record<string, () => string>> = {
  'log events': logEvents,
  metrics,
  bounds,
  alarms,
  'trace events': traceEvents,
};

/** The page with these tables in their places. @throws Error when it lacks a place. */
export function withTables(page: string): string {
  return Object.entries(TABLES).reduce((text, [name, table]) => put(text, name, table()), page);
}

function put(page: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} … ${end}`);
  return `${page.slice(0, from + begin.length)}\n${table}\n${page.slice(to)}`;
}
