/** The dock in a real browser, in a foreign page, against a scripted bridge. */
import { describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { useScriptedDock } from '../support/dock/scripted-dock.ts';
import { waitUntil } from '../support/wait-until.ts';
import { refusal } from '../support/wire-fake.ts';

const dock = useScriptedDock();

async function opened(): Promise<Page> {
  const page = await dock.browser.newPage(dock.host.url);
  await page.getByTestId('im-buddy').first().waitFor();
  return page;
}

function buddy(page: Page, user: string): Locator {
  return page.locator(`[data-testid=im-buddy][data-user=${user}]`);
}

function windowOf(page: Page, user: string): Locator {
  return page.locator(`[data-testid=im-window][data-user=${user}]`);
}

async function say(page: Page, user: string, body: string): Promise<void> {
  await buddy(page, user).click();
  await windowOf(page, user).getByTestId('im-input').fill(body);
  await windowOf(page, user).getByTestId('im-input').press('Enter');
}

/** Waits until the messages of a window are these, and gives their states. */
async function shows(page: Page, user: string, bodies: string[]): Promise<(string | null)[]> {
  const messages = windowOf(page, user).getByTestId('im-message');
  const seen = async (): Promise<boolean> =>
    JSON.stringify(await messages.allTextContents()) === JSON.stringify(bodies);
  await waitUntil(`${JSON.stringify(bodies)} in the window of ${user}`, seen);
  return messages.evaluateAll((all) => all.map((message) => message.getAttribute('data-state')));
}

describe.each(['json', 'jsonp'])('over %s', (transport) => {
  test('one script tag brings the friends, and messages go both ways', async () => {
    dock.host.attributes += ` data-transport="${transport}"`;
    const page = await opened();
    expect(await page.getByTestId('im-buddy').allInnerTexts()).toHaveLength(3);
    expect(await buddy(page, 'carol').getAttribute('data-show')).toBe('away');
    await say(page, 'bob', 'hello');
    expect(await shows(page, 'bob', ['hello'])).toEqual(['sent']);
    dock.wire.push(dock.wire.message('bob', 'bob', 'hi there'));
    expect(await shows(page, 'bob', ['hello', 'hi there'])).toEqual(['sent', 'received']);
    dock.wire.push({ type: 'presence', id: 'carol', show: 'dnd' });
    await page.locator('[data-user=carol][data-show=dnd]').waitFor();
    expect(dock.browser.faults).toEqual([]);
    expect(dock.wire.calls.every((call) => call.query.has('callback') === (transport === 'jsonp'))).toBe(
      true,
    );
  });

  test('a message that is too long for an address is not lost: POST carries it, JSONP says so', async () => {
    dock.host.attributes += ` data-transport="${transport}"`;
    const page = await opened();
    const long = 'ü'.repeat(1500);
    await say(page, 'bob', long);
    const state = transport === 'jsonp' ? 'failed' : 'sent';
    await page.locator(`[data-testid=im-message][data-state=${state}]`).waitFor();
    expect(await shows(page, 'bob', [long])).toEqual([state]);
    if (transport === 'jsonp') await page.getByText('too long to be sent').waitFor();
  });
});

describe('the page around it', () => {
  test('has one new global, keeps its focus, and hears no keys of the dock', async () => {
    const page = await dock.browser.newPage(`${dock.host.url}plain`);
    const before = await page.evaluate(() => Object.keys(globalThis));
    await page.goto(dock.host.url);
    await page.getByTestId('im-buddy').first().waitFor();
    const added = await page.evaluate(
      (known) => Object.keys(globalThis).filter((key) => !known.includes(key)),
      before,
    );
    expect(added).toEqual(['IMDock']);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('own');
    await page.evaluate(() => addEventListener('keydown', () => (document.title = 'heard')));
    await say(page, 'bob', 'hello');
    expect(await page.title()).toBe('Host');
  });

  test('of somebody who is not signed in shows nothing, until it says that they are', async () => {
    dock.host.user = undefined;
    const page = await dock.browser.newPage(dock.host.url);
    await page.locator('im-dock').waitFor({ state: 'attached' });
    expect(await page.getByTestId('im-dock').count()).toBe(0);
    dock.host.user = 'alice';
    await page.evaluate(() => dispatchEvent(new Event('im:signed-in')));
    await page.getByTestId('im-buddy').first().waitFor();
    await page.evaluate(() => dispatchEvent(new Event('im:signed-out')));
    await page.getByTestId('im-dock').waitFor({ state: 'detached' });
    await waitUntil('the tab to be given back', () => dock.wire.named('leave').length === 1);
  });

  test('gives its tab back when it goes, and the next one has the same windows', async () => {
    const page = await opened();
    await say(page, 'bob', 'hello');
    await shows(page, 'bob', ['hello']);
    await page.reload();
    await shows(page, 'bob', ['hello']);
    expect(dock.wire.named('leave').map(({ params }) => params['tab'])).toEqual(['tab-1']);
  });

  test('is rid of it when the element is taken away', async () => {
    const page = await opened();
    await page.evaluate(() => document.querySelector('im-dock')?.remove());
    await waitUntil('leave', () => dock.wire.named('leave').length === 1 && dock.wire.held === 0);
    expect(dock.browser.faults).toEqual([]);
  });
});

describe('windows', () => {
  test('open by a click with the focus in them, minimise, and close by Escape', async () => {
    const page = await opened();
    await buddy(page, 'bob').click();
    await buddy(page, 'erin').click();
    expect(await page.getByTestId('im-window').count()).toBe(2);
    await page.getByLabel('Minimise the conversation with Bob').click();
    await page.locator('[data-testid=im-window][data-user=bob][data-minimised]').waitFor();
    dock.wire.unread('bob', 'psst');
    await windowOf(page, 'bob').locator('[data-testid=im-badge][data-count="1"]').waitFor();
    await buddy(page, 'bob').click();
    await shows(page, 'bob', ['psst']);
    await page.keyboard.type('typed at once');
    expect(await windowOf(page, 'bob').getByTestId('im-input').inputValue()).toBe('typed at once');
    await page.keyboard.press('Escape');
    await windowOf(page, 'bob').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await windowOf(page, 'bob').waitFor();
  });

  test('a message from a friend whose window is closed brings it, minimised', async () => {
    const page = await opened();
    dock.wire.unread('carol', 'are you there?');
    await windowOf(page, 'carol').locator('[data-testid=im-badge][data-count="1"]').waitFor();
    await windowOf(page, 'carol').getByTestId('im-title').click();
    await shows(page, 'carol', ['are you there?']);
  });

  test('take what is typed right after the click', async () => {
    const page = await opened();
    for (const user of ['bob', 'carol', 'erin']) {
      await buddy(page, user).click();
      await page.keyboard.type(`to ${user}`);
      await page.keyboard.press('Enter');
    }
    for (const user of ['bob', 'carol', 'erin']) await shows(page, user, [`to ${user}`]);
  });

  test('Shift+Enter makes a line, and bodies are text whatever they hold', async () => {
    const page = await opened();
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await buddy(page, 'bob').click();
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    await shows(page, 'bob', ['one\ntwo']);
    dock.wire.push(dock.wire.message('bob', 'bob', hostile));
    await shows(page, 'bob', ['one\ntwo', hostile]);
    expect(await page.title()).toBe('Host');
  });
});

describe('what goes wrong', () => {
  test('a refused message is marked, says why, and can be tried again or removed', async () => {
    const page = await opened();
    dock.wire.next('send', refusal('not-friends'), refusal('not-friends'));
    await say(page, 'erin', 'hello?');
    const window = windowOf(page, 'erin');
    await window.getByText('You are not friends any more').waitFor();
    expect(await shows(page, 'erin', ['hello?'])).toEqual(['failed']);
    await window.getByText('Try again').click();
    await waitUntil('a second send', () => dock.wire.named('send').length === 2);
    await window.getByText('Remove').click();
    await shows(page, 'erin', []);
  });

  test('a lost bridge shows as reconnecting, and what was written meanwhile is sent', async () => {
    const page = await opened();
    await buddy(page, 'bob').click();
    dock.wire.next('poll', 'cut', 'cut', refusal('unavailable', 1));
    dock.wire.next('send', 'cut');
    dock.wire.push({ type: 'link', connected: true });
    await page.locator('[data-testid=im-status][data-status=reconnecting]').waitFor();
    await say(page, 'bob', 'hello');
    expect(await shows(page, 'bob', ['hello'])).toContainEqual(expect.stringMatching(/pending|sent/));
    await page.locator('[data-testid=im-status][data-status=online]').waitFor({ state: 'attached' });
    await waitUntil('it to be sent', async () => (await shows(page, 'bob', ['hello']))[0] === 'sent');
    expect(new Set(dock.wire.named('send').map(({ params }) => params['cid'])).size).toBe(1);
  });
});
