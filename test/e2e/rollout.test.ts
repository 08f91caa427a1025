/** The chat is rolled out: who has it changes while everything runs, and who does not have it sees nothing of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect } from '@jest/globals';
import type { DockPage } from '../support/dock/dock-page.ts';
import { BrowserCalls } from '../support/browser-calls.ts';
import { cli, told } from '../support/cli.ts';
import { inBrowsers, useDock } from '../support/dock/use-dock.ts';
import { story, type Person } from '../support/story.ts';
import { call } from '../support/tab.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Of the site: those who are called Alice have the chat. */
const mayChat = "SELECT 1 FROM users WHERE id = ? AND id LIKE 'alice%'";
const dock = useDock({ change: { limits: { hold: 5 }, site: { queries: { mayChat } } } });
const rollout = (...args: readonly string[]): Promise<string> =>
  told('rollout', ...args, '--dir', dock.stack.plan.dir);

async function connectCode(person: Person): Promise<string> {
  const answer = await call(dock.stack.info.bridge.url, 'connect', {
    u: person.id,
    token: await person.token(),
  });
  return answer.ok ? 'ok' : (answer.error?.code ?? '');
}

const settles = (person: Person, code: string): Promise<unknown> =>
  waitUntil(`${person.id}'s connect to be ${code}`, async () => (await connectCode(person)) === code);

afterEach(async () => {
  await rollout('--everybody');
});

story(
  'with nobody in but a list, the others are refused for good; with everybody in they are not',
  dock,
  { alice: 1, bob: 0, carol: 0 },
  async ({ alice, bob, carol }, stack) => {
    expect(await rollout()).toBe('everybody, with 0 who are added, and without 0 who are removed\n');
    const file = join(stack.plan.dir, 'testers.txt');
    writeFileSync(file, Array.from({ length: 20_000 }, (_, n) => `tester${n}\n`).join(''));
    const shown = await rollout('--percent', '0', '--add-file', file, '--add', alice.id, '--add', bob.id);
    expect(shown).toBe('0 % of all users, with 20002 who are added, and without 0 who are removed\n');
    await settles(carol, 'bad-request');
    expect(await connectCode(bob)).toBe('ok');
    await alice.tab.setActive(true); // who is in notices nothing

    await rollout('--remove', alice.id);
    await alice.tab.sees('bye', ({ events }) =>
      events.some((one) => one.type === 'bye' && one.reason === 'removed'),
    );
    await settles(alice, 'bad-request');
    const why = await cli('rollout', '--user', alice.id, '--dir', stack.plan.dir);
    expect([why.code, why.stdout]).toEqual([1, `${alice.id}: does not have the chat (removed)\n`]);

    await rollout('--forget', alice.id, '--everybody');
    await settles(alice, 'ok');
    await settles(carol, 'ok');
  },
);

story(
  'where the site decides, its answer counts, and the list beside it',
  dock,
  { alice: 0, bob: 1, carol: 1 },
  async ({ alice, bob, carol }) => {
    expect(await rollout('--site', '--add', carol.id)).toMatch(/^those for whom the site says so, with/);
    await bob.tab.sees('bye', ({ events }) => events.some(({ type }) => type === 'bye'));
    await settles(bob, 'bad-request');
    expect(await connectCode(alice)).toBe('ok');
    await carol.tab.setActive(true);
    expect(carol.tab.events.map(({ type }) => type)).not.toContain('bye');
  },
);

story('a list has a bound, and what can not be is said', dock, { alice: 0 }, async ({ alice }, stack) => {
  const file = join(stack.plan.dir, 'many.txt');
  writeFileSync(file, Array.from({ length: 100_001 }, (_, n) => `m${n}\n`).join(''));
  const dir = ['--dir', stack.plan.dir];
  const withoutAnswer = join(stack.plan.dir, 'without-answer.yml');
  const settings = readFileSync(join(stack.plan.dir, 'im-bridge.yml'), 'utf8');
  writeFileSync(withoutAnswer, settings.replace(/^ +mayChat: .*\n/m, ''));
  const refused = await Promise.all([
    cli('rollout', '--add-file', file, ...dir),
    cli('rollout', '--add-file', '/nowhere', ...dir),
    cli('rollout', '--percent', '5', '--everybody', ...dir),
    cli('rollout', '--add', alice.id, '--remove', alice.id, ...dir),
    cli('rollout', '--site', '--config', withoutAnswer),
  ]);
  expect(refused.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
  expect(refused.map(({ stderr }) => stderr)).toEqual([
    expect.stringContaining('the list may have 100000 users'),
    expect.stringContaining("/nowhere can't be read (ENOENT)"),
    expect.stringContaining('say one of --percent, --everybody and --site'),
    expect.stringContaining('can’t be added and taken out at once'.replace('’', "'")),
    expect.stringContaining('set site.queries.mayChat, or site.api'),
  ]);
});

inBrowsers(['chromium'], dock, () => {
  story(
    'a page of somebody who is taken out loses the dock, asks no more, and has it again when a page is opened',
    dock,
    { alice: 0, bob: 0 },
    async ({ alice }) => {
      const screen = await dock.open(alice);
      const calls = new BrowserCalls(screen.page.context());
      const second = await dock.anotherTab(screen, '/second');
      await rollout('--remove', alice.id);
      for (const page of [screen, second]) await gone(page);
      const asked = calls.all.length;
      await screen.page.reload();
      await waitUntil('the new page to be refused', () => calls.all.length > asked);
      for (const page of [screen, second]) await gone(page);
      const connects = calls.named('connect').length;
      await screen.page.bringToFront();
      await screen.page.mouse.click(100, 100); // what a person does in the page brings no call
      await rollout('--forget', alice.id);
      await settles(alice, 'ok');
      expect(calls.named('connect')).toHaveLength(connects);
      expect(connects).toBeGreaterThan(0);
      await screen.page.reload();
      for (const page of [screen, second]) await page.isUp();
    },
  );
});

/** Nothing of the dock is drawn. */
async function gone({ page }: DockPage): Promise<void> {
  await page.getByTestId('im-dock').waitFor({ state: 'detached' });
}
