/**
 * What the dock costs the page that it stands in: its size, the time from the script tag to a dock that can be used,
 * and the main thread's time to take in a roster of 1,000 and 100 messages. Beside each, the same page without it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { ROOT } from '../../support/root.ts';
import { waitUntil } from '../../support/wait-until.ts';
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
      spread(
        all.map((one) => one[figure]),
        0,
      ),
    );
    return [name, ...figures];
  });
  const head = ['page', 'loaded', 'script tag to usable', 'main thread', 'longest task'];
  say(`\nA first visit, milliseconds: median (quartiles) of ${String(ROUNDS)}\n\n${table(head, rows)}`);
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
    const user = `u${String(count)}`;
    const friend = (await stage.bench.tab('friend0')).start();
    const [one, empty] = [await Visit.of(stage, user), await Visit.of(stage, user)];
    await empty.page.goto(`${stage.site.origin}/plain`);
    await one.page.goto(stage.site.origin);
    await one.page.locator('[data-testid=im-buddy][data-user=friend0]').click();
    await one.page.getByTestId('im-input').waitFor();
    const before = [await one.worked(), await empty.worked()] as const;
    for (let n = 0; n < MESSAGES; n += 1) await friend.send(user, `message ${String(n)} of a hundred`);
    const last = `message ${String(MESSAGES - 1)} of a hundred`;
    await waitUntil('the last of them', () => one.page.getByText(last).isVisible());
    const cost = [(await one.worked()) - before[0], (await empty.worked()) - before[1]].map((ms) =>
      ms.toFixed(0),
    );
    rows.push([String(count), ...cost, String(Math.max(0, ...(await one.longTasks())))]);
    for (const visited of [one, empty]) await visited.close();
    await friend.leave();
  }
  const head = ['friends', 'with the dock', 'without', 'longest task'];
  say(
    `\nMain thread for ${String(MESSAGES)} messages into an open window, milliseconds\n\n${table(head, rows)}`,
  );
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
