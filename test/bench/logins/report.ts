/** What a round says. */
import type { Scraped } from '../../support/scraped.ts';
import { PARTS } from '../compare/server-cost.ts';
import { quantile, table } from '../numbers.ts';
import type { Round } from './round.ts';

export const HEAD = [
  '',
  's',
  'logins/s',
  'under way',
  'refused',
  'no answer',
  'wait p50 s',
  'wait max s',
  'statements',
  ...PARTS.filter((part) => part !== 'supervisor').map((part) => `${part} ms`),
  'servers ms',
  'pages ms',
];

export function rowOf(
  name: string,
  { seconds, costs, statements, underWay, met }: Round,
  people: number,
): string[] {
  const servers = PARTS.reduce((sum, part) => sum + (costs[part] ?? 0), 0);
  return [
    name,
    seconds.toFixed(1),
    (people / seconds).toFixed(0),
    underWay.toFixed(1),
    String(met.refused),
    String(met.silent),
    ...[0.5, 1].map((share) => (quantile(met.waits, share) / 1000).toFixed(1)),
    statements.toFixed(1),
    ...PARTS.filter((part) => part !== 'supervisor').map((part) => (costs[part] ?? 0).toFixed(2)),
    servers.toFixed(2),
    (costs['pages'] ?? 0).toFixed(2),
  ];
}

const ABOUT = ['roster', 'carbons', 'archive', 'visibility', 'other'];
const QUESTIONS = ['user', 'friends', 'mayChat'];

/** What a login waits for: how often for each session, and milliseconds each time. */
export function waitsOf({ scraped, met }: Round, people: number): string {
  const of = (name: string, label: string, values: readonly string[]): string[][] =>
    values.map((value) => lineOf(`${label} ${value}`, scraped, name, { [label]: value }, people));
  const rows = [
    lineOf('turn', scraped, 'im_capacity_wait_seconds', { of: 'login-queue' }, people),
    lineOf('login', scraped, 'im_xmpp_login_seconds', {}, people),
    ...of('im_iq_seconds', 'about', ABOUT),
    ...of('im_directory_seconds', 'question', QUESTIONS),
    lineOf('statements of the bridge', scraped, 'im_pool_answer_seconds', {}, people),
  ];
  return `${table(['', 'a session', 'ms'], rows)}\nmessages in snapshots: ${(met.messages / people).toFixed(1)} a session`;
}

function lineOf(
  title: string,
  scraped: Scraped,
  name: string,
  labels: Readonly<Record<string, string>>,
  people: number,
): string[] {
  const [count, sum] = [scraped.sum(`${name}_count`, labels), scraped.sum(`${name}_sum`, labels)];
  return [title, (count / people).toFixed(2), ((sum / count) * 1000).toFixed(1)];
}
