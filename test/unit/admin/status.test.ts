/** A status is made of metrics that there are. */
import { expect, test } from '@jest/globals';
import { STATUS_METRICS } from '../../../bridge/admin/words.ts';
import { figuresOf } from '../../../bridge/commands/overview.ts';
import { overviewText } from '../../../bridge/commands/overview-text.ts';
import { samplesOf } from '../../../bridge/commands/prometheus.ts';
import { collectProcessMetrics, metrics, registry, scrapeSome } from '../../../bridge/metrics.ts';

test('each of its metrics is one of ours, or of the process', () => {
  collectProcessMetrics();
  const known = (name: string): boolean => registry.getSingleMetric(name) !== undefined;
  expect(STATUS_METRICS.filter((name) => !known(name))).toEqual([]);
});

test('figures come from the metrics of a worker, and are drawn', async () => {
  metrics.sessions.set(12);
  metrics.tabs.set(30);
  metrics.polls.set(29);
  metrics.links.set({ state: 'up' }, 11);
  metrics.links.set({ state: 'down' }, 1);
  metrics.logins.set(4);
  for (const [pool, limit] of [
    ['bridge', 10],
    ['migrate', 1],
  ] as const) {
    metrics.poolLimit.set({ pool }, limit);
    metrics.poolUsed.set({ pool }, 2);
    metrics.poolTimeouts.inc({ pool, reason: 'query' }, 2);
    metrics.poolTimeouts.inc({ pool, reason: 'connection' }, 1);
    metrics.poolStarved.set({ pool }, 1);
  }
  const figures = figuresOf(samplesOf(await scrapeSome(STATUS_METRICS)));
  expect(figures).toMatchObject({
    sessions: 12,
    tabs: 30,
    held: 29,
    links: { up: 11, down: 1 },
    logins: { waiting: 4 },
    pools: [{ pool: 'bridge', limit: 10, inUse: 2, timeouts: 3, starved: true }],
  });
  expect(figures.memory).toBeGreaterThan(1_000_000);
  const worker = {
    pid: 7,
    release: '1.2.3',
    ready: true,
    reasons: [],
    up: 65,
    level: 'info',
    late: 0.0042,
    ...figures,
  };
  const silent = { ...worker, pid: 8, place: 2, fault: 'worker 8: the bridge does not answer' };
  const text = overviewText({ workers: [{ ...worker, place: 1 }, silent], component: 'does not answer' });
  expect(text).toMatch(/^1 +7 +1\.2\.3 +ready +1m 5s +12 +30 +29 +11 +1 +0 +4 +4 ms +\d+ MB$/m);
  expect(text).toMatch(/^2 +8 +1\.2\.3 +no answer/m);
  expect(text).toMatch(/^all +24 +60 +58 +22 +2/m);
  expect(text).toMatch(/^ +1 +bridge +0 +10 +2 +0 +3 +starved$/m);
  expect(text).toContain('worker 8: the bridge does not answer');
  expect(text).toContain('component  does not answer');
});
