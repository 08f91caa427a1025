/** The dock in a real browser, in a foreign page, against a scripted bridge: for what is the dock's alone. */
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser, type TestBrowser } from '../browser.ts';
import { HostPage } from '../host-page.ts';
import { Process } from '../process.ts';
import { ROOT } from '../root.ts';
import { EMPTY_SNAPSHOT, WireFake } from '../wire-fake.ts';
import { DockPage } from './dock-page.ts';

export const ROSTER = [
  { id: 'bob', name: 'Bob', show: 'online' },
  { id: 'carol', name: 'Carol', show: 'away' },
  { id: 'erin', name: 'Erin', show: 'offline' },
] as const;

export interface Opening {
  /** Of the browser context: locale, viewport and the like. */
  readonly browser?: NonNullable<Parameters<TestBrowser['newContext']>[0]>;
  /** Runs in the page before its own scripts. */
  readonly init?: () => void;
  /** What the page's clock says when it is loaded; a test may wind it on. */
  readonly time?: Date;
}

/** The bridge and the page of one test; `alice` sits at the browser. */
export class ScriptedDock {
  wire = new WireFake();
  host = new HostPage('');
  readonly #used: { readonly browser: TestBrowser };

  constructor(used: { readonly browser: TestBrowser }) {
    this.#used = used;
  }

  get browser(): TestBrowser {
    return this.#used.browser;
  }

  /** A page in a browser context of its own; it may not have the dock yet. */
  async load({ browser = {}, init, time }: Opening = {}): Promise<DockPage> {
    const context = await this.browser.newContext(browser);
    if (init !== undefined) await context.addInitScript(init);
    if (time !== undefined) await context.clock.install({ time });
    const page = await context.newPage();
    await page.goto(this.host.url);
    return new DockPage('alice', page);
  }

  /** The same, when the dock has come up. */
  async open(opening: Opening = {}): Promise<DockPage> {
    const screen = await this.load(opening);
    await screen.isUp();
    return screen;
  }
}

/** Built from the sources once for a file of tests. */
export function useScriptedDock(): ScriptedDock {
  const dir = mkdtempSync(join(tmpdir(), 'im-dock-'));
  let browser: TestBrowser | undefined;
  const dock = new ScriptedDock({
    get browser() {
      if (browser === undefined) throw new Error('there is no browser before the first test');
      return browser;
    },
  });
  beforeAll(async () => {
    await build(dir);
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    dock.wire = await new WireFake({ ...EMPTY_SNAPSHOT, roster: ROSTER }).listen();
    for (const name of ['im.js', 'emoji.en.js'])
      dock.wire.file(`/${name}`, readFileSync(join(dir, name), 'utf8'));
    dock.host = await new HostPage(dock.wire.url).listen();
    dock.browser.faults.length = 0;
  });
  afterEach(async () => {
    await dock.browser.closeContexts();
    await dock.host.close();
    await dock.wire.close();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return dock;
}

async function build(dir: string): Promise<void> {
  const args = [join(ROOT, 'bridge/dock/build.mjs'), dir];
  const bundler = new Process({ name: 'build', command: process.execPath, args, logFile: join(dir, 'log') });
  const { code } = await bundler.exited;
  if (code !== 0) throw new Error(`the dock was not built:\n${bundler.logTail()}`);
}
