/** Where a conversation is scrolled to, when something is drawn in the very moment in which somebody scrolls. */
import { expect, test } from '@jest/globals';
import type { DockPage } from '../support/dock/dock-page.ts';
import { belowOf, comesToRest } from '../support/dock/scroll.ts';
import { useScriptedDock } from '../support/dock/scripted-dock.ts';

const dock = useScriptedDock();

/** Forty messages of bob's, more than the window has room for. */
async function longTalk(): Promise<DockPage> {
  const screen = await dock.open();
  for (let n = 0; n < 40; n += 1) dock.wire.push(dock.wire.message('bob', 'bob', `m${String(n)}`));
  await screen.open('bob');
  await screen.messages('bob').nth(39).waitFor();
  return screen;
}

test('who scrolls back stays there, though a message is drawn before the browser tells of the scroll', async () => {
  const screen = await longTalk();
  expect(await belowOf(screen, 'bob')).toBeLessThanOrEqual(1);
  await screen.window('bob').evaluate((chat) => {
    const [log, field] = [chat.querySelector('[role=log]'), chat.querySelector('textarea')];
    if (log === null || field === null) throw new Error('there is no conversation');
    log.scrollTop = 100;
    field.value = 'answer';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  });
  await screen.messages('bob').filter({ hasText: 'answer' }).waitFor({ state: 'attached' });
  await screen.part('im-jump').waitFor();
  expect(await belowOf(screen, 'bob')).toBeGreaterThan(300);
});

test('who asks for the newest messages while the list still moves back gets there, and stays', async () => {
  const screen = await longTalk();
  const pressed = screen.window('bob').evaluate(async (chat) => {
    const jump = (): HTMLButtonElement | null => chat.querySelector('.jump');
    while (jump() === null) await new Promise(requestAnimationFrame);
    jump()?.click();
  });
  await screen.window('bob').getByRole('log').press('Home');
  await pressed;
  await comesToRest(screen, 'bob');
  expect(await belowOf(screen, 'bob')).toBeLessThanOrEqual(1);
});
