/** Days and digits as the reader has them, on a page that stays open. */
import { test } from '@jest/globals';
import { useScriptedDock } from '../support/dock/scripted-dock.ts';

const dock = useScriptedDock();

test('what was said today was said yesterday, once it is past midnight, though nothing else happens', async () => {
  const evening = new Date();
  evening.setHours(23, 59, 0, 0);
  const screen = await dock.open({ time: evening });
  dock.wire.push(dock.wire.message('bob', 'bob', 'good night', { at: evening.toISOString() }));
  await screen.open('bob');
  await screen.part('im-day').filter({ hasText: 'Today' }).waitFor();
  await screen.page.clock.pauseAt(evening.getTime() + 55_000);
  await screen.page.clock.runFor(10_000);
  await screen.part('im-day').filter({ hasText: 'Yesterday' }).waitFor();
});

test('what is unread is counted in the digits of the reader', async () => {
  dock.host.attributes += ' data-lang="ar-EG"';
  const screen = await dock.open();
  for (const body of ['one', 'two', 'three']) dock.wire.unread('bob', body);
  await screen.part('im-badge').getByText('٣', { exact: true }).first().waitFor();
});
