/** What metrics and the log are told of a site's API that misbehaves. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ApiConfig } from '../../bridge/config/schema.ts';
import { scrape } from '../../bridge/metrics.ts';
import type { Directory } from '../../bridge/site/directory.ts';
import { openDirectory } from '../../bridge/site/open.ts';
import { configOf, faultOf, SECRET } from '../support/faulty-directory.ts';
import { FaultySite, says, saysJson, type Behaviour } from '../support/faulty-site.ts';
import { heardLog, type Line } from '../support/heard-log.ts';
import { Scraped } from '../support/scraped.ts';
import { waitUntil } from '../support/wait-until.ts';

const pool = 'site-api';
const silence: Behaviour = () => undefined;

let site: FaultySite;
let lines: Line[];
const opened: Directory[] = [];

beforeEach(async () => {
  site = await FaultySite.start(silence);
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await site.stop();
});

/** One try for each question. @param timeout seconds for an answer */
function open(change: Partial<ApiConfig> = {}, timeout = 1): Directory {
  const heard = heardLog();
  lines = heard.lines;
  const directory = openDirectory(configOf(site, { retries: 0, ...change }, timeout), heard.log);
  opened.push(directory);
  return directory;
}

const look = async (): Promise<Scraped> => new Scraped(await scrape());

test('failed tries and timeouts are counted, as those of a database are', async () => {
  const directory = open({ connections: 1, queue: 1 });
  const before = await look();
  const more = async (name: string, labels: Record<string, string>): Promise<number> =>
    (await look()).sum(name, { pool, ...labels }) - before.sum(name, { pool, ...labels });
  for (const [behaviour, code] of [
    [saysJson({}, 500), 'status'],
    [says(200, '<h1>no</h1>'), 'malformed'],
    [(response) => void response.socket?.resetAndDestroy(), 'connection'],
  ] as [Behaviour, string][]) {
    site.behaviour = behaviour;
    await faultOf(directory.user('alice'));
    expect({ code, more: await more('im_pool_errors_total', { code }) }).toEqual({ code, more: 1 });
  }
  site.behaviour = silence;
  await Promise.all([1, 2, 3].map(() => faultOf(directory.user('alice'))));
  expect(await more('im_pool_timeouts_total', { reason: 'query' })).toBeGreaterThanOrEqual(1);
  expect(await more('im_pool_timeouts_total', { reason: 'queue-full' })).toBe(1);
  expect(await more('im_pool_answer_seconds_count', {})).toBeGreaterThanOrEqual(4);
});

test('the connections are counted: open, in use, waited for, and how many there may be', async () => {
  site.behaviour = silence;
  const directory = open({ connections: 2, queue: 7, timeout: 5 }, 5);
  const answers = [1, 2, 3].map(() => faultOf(directory.user('alice')));
  await waitUntil('the questions', () => site.asked.length === 2);
  const seen = await look();
  const names = ['connections', 'limit', 'in_use', 'waiting', 'waiting_limit'];
  expect(names.map((name) => seen.sum(`im_pool_${name}`, { pool }))).toEqual([2, 2, 2, 1, 7]);
  await directory.close();
  await Promise.all(answers);
});

test('who gave up is told in the log: for what, how long, behind what, and asked by whom', async () => {
  site.behaviour = silence;
  const directory = open({ connections: 1, queue: 0 }, 0.3);
  const first = faultOf(directory.friends('alice'));
  await waitUntil('the question', () => site.asked.length === 1);
  const { waitedFor, state } = await faultOf(directory.user('bob'));
  expect({ waitedFor, state }).toMatchObject({
    waitedFor: 'connection',
    state: { pool, limit: 1, inUse: 1, waiting: 0, behind: [{ what: 'friends' }] },
  });
  expect(await first).toMatchObject({ kind: 'timeout', waitedFor: 'answer' });
  expect((await first).seconds).toBeGreaterThan(0);
  const [line] = lines.filter(({ event }) => event === 'site-api-no-answer');
  expect(line).toMatchObject({ err: { kind: 'queue-full', state: { behind: [{ what: 'friends' }] } } });
  expect((line?.['err'] as Error).stack).toContain('directory-api-told.test.ts');
});

test('a fault is told, once for many', async () => {
  site.behaviour = saysJson({}, 500);
  const directory = open();
  for (let i = 0; i < 5; i += 1) await faultOf(directory.user('alice'));
  const failed = lines.filter(({ event }) => event === 'site-api-failed');
  const untold = failed.reduce((sum, line) => sum + Number(line['alsoSince']), 0);
  expect(failed[0]).toMatchObject({ alsoSince: 0, err: { kind: 'status', status: 500 } });
  expect(failed.length + untold).toBeLessThanOrEqual(5);
  expect(JSON.stringify(lines)).not.toContain(SECRET);
});
