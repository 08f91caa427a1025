/**
 * Every state of the dock: axe finds nothing in it, and nothing sticks out sideways. Keeps pictures of them where
 * SCREENSHOTS names a folder: SCREENSHOTS=docs/screenshots/dock npm run jest -- test/e2e/dock-states
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect } from '@jest/globals';
import { axeFindings } from '../support/dock/axe.ts';
import type { DockPage } from '../support/dock/dock-page.ts';
import { sidewaysOf } from '../support/dock/layout.ts';
import { setStage, STATES } from '../support/dock/states.ts';
import { inBrowsers, useDock } from '../support/dock/use-dock.ts';
import { story } from '../support/story.ts';

const dock = useDock({ change: { limits: { hold: 2 } } });
const pictures = process.env['SCREENSHOTS'];

beforeAll(() => setStage(dock));

async function picture(name: string, { page }: DockPage): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });
}

// axe reads the same tree in both; dark and high contrast are Chromium's alone here.
inBrowsers(['chromium'], dock, () => {
  for (const { name, seat, reach } of STATES) {
    story(
      `axe finds nothing: ${name}`,
      dock,
      { alice: 0, bob: 1, carol: 1 },
      async ({ alice, bob, carol }, stack) => {
        const screen = await dock.open(alice, seat);
        await reach(screen, { dock, stack, alice, bob, carol });
        await picture(name, screen);
        expect(await axeFindings(screen.page)).toEqual([]);
        expect(await sidewaysOf(screen.page)).toBe(0);
      },
    );
  }
});
