/**
 * What the dock costs the page that it stands in: its size, the time from the script tag to a dock that can be used,
 * and the main thread's time to take in a roster of 1,000 and 100 messages. Beside each, the same page without it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { ROOT } from '../../support/root.ts';
import { Visit, withDock, type DockBench } from '../dock/stage.ts';
import { say, spread, table } from '../numbers.ts';
import { addFriendships, addPeople, numbered, type Pair } from '../site-people.ts';

const ROUNDS = 11;
const MESSAGES = 100;
/** Friends of u10 and u1000; the first of them writes. */
const ROSTERS = [10, 1000] as const;

saySizes();
await withDock(async (stage) => {
  await populate(stage);
  await visits(stage);
  await messages(stage);
});

function saySizes(): void {
  const rows = ['im.js', 'client.js'].map((name) => {
    const code = readFileSync(join(ROOT, 'dist/browser', name));
    const sizes = [code, gzipSync(code, { level: 9 }), brotliCompressSync(code)].map(({ length }) =>
      kib(length),
    );
    return [name, ...sizes];
  });
  say(`\nSize, KiB\n\n${table(['script', 'as it is', 'gzip', 'brotli'], rows)}`);
}

async function populate({ bench: { site } }: DockBench): Promise<void> {
  const crowd = numbered('friend', Math.max(...ROSTERS));
  const people = ROSTERS.map((count) => `u${String(count)}`);
  await addPeople(site, [...crowd, ...people]);
  const pairs = ROSTERS.flatMap((count) =>
    crowd.slice(0, count).map((id): Pair => [`u${String(count)}`, id]),
  );
  await addFriendships(site, pairs);
}

interface Figures {
  /** Milliseconds from the request for the page. */
  readonly loaded: number;
  /** Milliseconds from the request for the script; NaN without a dock. */
  readonly usable: number;
  readonly worked: number;
  readonly longest: number;
}

/** The two pages in turn, so that whatever else the machine does meets both. */
async function visits(stage: DockBench): Promise<void> {
  const kinds = [
    ['without the dock', 'u10', '/plain'],
    ['10 friends', 'u10', '/'],
    ['1,000 friends', 'u1000', '/'],
  ] as const;
  const seen = new Map<string, Figures[]>(kinds.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, user, path] of kinds) seen.get(name)?.push(await visit(stage, user, path));
  }
  const rows = kinds.map(([name]) => {
    const all = seen.get(name) ?? [];
    const figures = (['loaded', 'usable', 'worked', 'longest'] as const).map((figure) =>
      said(all.map((one) => one[figure])),
    );
    return [name, ...figures];
  });
  const head = ['page', 'loaded', 'script tag to usable', 'main thread', 'longest task'];
  say(`\nA first visit, milliseconds: median (quartiles) of ${String(ROUNDS)}\n\n${table(head, rows)}`);
}

function said(values: readonly number[]): string {
  return values.some(Number.isNaN) ? '–' : spread(values, 0);
}

async function visit(stage: DockBench, user: string, path: string): Promise<Figures> {
  const one = await Visit.of(stage, user);
  await one.page.goto(stage.site.origin + path, { waitUntil: 'load' });
  const usable = path === '/plain' ? NaN : await usableAfter(one);
  const loaded = await one.page.evaluate(() => {
    const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return entry?.loadEventEnd ?? NaN;
  });
  const figures = {
    loaded,
    usable,
    worked: await one.worked(),
    longest: Math.max(0, ...(await one.longTasks())),
  };
  await one.close();
  return figures;
}

/** Until the first friend stands in the list: a click on them opens a window then. */
function usableAfter({ page }: Visit): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          const friend = document
            .querySelector('im-dock')
            ?.shadowRoot?.querySelector('[data-testid=im-buddy]');
          if (friend === null || friend === undefined) {
            requestAnimationFrame(look);
            return;
          }
          const script = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/im.js'));
          resolve(performance.now() - (script?.startTime ?? NaN));
        };
        look();
      }),
  );
}

/** A friend writes 100 messages into an open window; the page without a dock is watched for the same time. */
async function messages(stage: DockBench): Promise<void> {
  const rows: string[][] = [];
  for (const count of ROSTERS) {
    for (const atOnce of [false, true]) {
      const { withDock, without, longest } = await hundred(stage, `u${String(count)}`, atOnce);
      const how = atOnce ? 'at once, after a time without a network' : 'one after the other';
      rows.push([String(count), how, withDock.toFixed(0), without.toFixed(0), String(longest)]);
    }
  }
  const head = ['friends', 'messages come', 'with the dock', 'without', 'longest task'];
  say(
    `\nMain thread for ${String(MESSAGES)} messages into an open window, milliseconds\n\n${table(head, rows)}`,
  );
}

async function hundred(
  stage: DockBench,
  user: string,
  atOnce: boolean,
): Promise<{ withDock: number; without: number; longest: number }> {
  const friend = (await stage.bench.tab('friend0')).start();
  const [one, empty] = [await Visit.of(stage, user), await Visit.of(stage, user)];
  await empty.page.goto(`${stage.site.origin}/plain`);
  await openWindow(stage, one);
  const before = [await one.worked(), await empty.worked()] as const;
  const earlier = (await one.longTasks()).length;
  const last = `the last of a hundred, ${String(Date.now())}`;
  const shown = showsMessage(one, last);
  await one.page.context().setOffline(atOnce);
  for (let n = 1; n < MESSAGES; n += 1) await friend.send(user, `message ${String(n)} of a hundred`);
  await friend.send(user, last);
  await one.page.context().setOffline(false);
  await shown;
  const [withDock, without] = [(await one.worked()) - before[0], (await empty.worked()) - before[1]];
  const longest = Math.max(0, ...(await one.longTasks()).slice(earlier));
  for (const visited of [one, empty]) await visited.close();
  await friend.leave();
  return { withDock, without, longest };
}

/** The window is open from one visit to the next. */
async function openWindow({ site }: DockBench, { page }: Visit): Promise<void> {
  await page.goto(site.origin);
  const friend = page.locator('[data-testid=im-buddy][data-user=friend0]');
  const input = page.getByTestId('im-input');
  await friend.waitFor();
  await friend.click();
  await input.waitFor();
}

/** Resolves when a message stands in the page. The page looks by itself, once a frame, so that looking costs little. */
function showsMessage({ page }: Visit, body: string): Promise<void> {
  return page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          const all = document
            .querySelector('im-dock')
            ?.shadowRoot?.querySelectorAll('[data-testid=im-message]');
          const last = all?.item(all.length - 1);
          if (last?.textContent === wanted) resolve();
          else requestAnimationFrame(look);
        };
        look();
      }),
    body,
  );
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
