/** Keys that belong to an input method, as people write Japanese with: they pick words, and are none of the dock's. */
import { expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { useScriptedDock } from '../support/dock/scripted-dock.ts';

const dock = useScriptedDock();

/** As browsers tell of them: while a word is composed, and as Safari tells of the key that ends that. */
const WITHIN = { isComposing: true };
const AT_THE_END = { keyCode: 229 };

/** No driver has an input method: the event is what there is of it. */
async function press(place: Locator, key: string, how: object): Promise<void> {
  await place.evaluate(
    (element, init) => {
      const all = { bubbles: true, composed: true, cancelable: true, ...init };
      element.dispatchEvent(new KeyboardEvent('keydown', all));
    },
    { key, ...how },
  );
}

test.each([WITHIN, AT_THE_END])('a word is picked and dropped, and nothing else happens: %p', async (how) => {
  const screen = await dock.open();
  await screen.part('im-search').fill('carol');
  await press(screen.part('im-search'), 'Enter', how);
  await press(screen.part('im-search'), 'Escape', how);
  expect(await screen.part('im-search').inputValue()).toBe('carol');
  await screen.part('im-search').fill('');
  await screen.open('bob');
  await screen.input('bob').fill('こんにちは');
  await press(screen.input('bob'), 'Enter', how);
  await press(screen.input('bob'), 'Escape', how);
  expect(await screen.input('bob').inputValue()).toBe('こんにちは');
  expect(await screen.windows()).toEqual(['bob']);
  await screen.input('bob').press('Enter');
  await screen.shows('bob', ['こんにちは']);
  expect(dock.wire.named('send')).toHaveLength(1);
});
