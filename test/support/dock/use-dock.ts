/**
 * What stories of the dock stand on: the real stack, a site of another origin with the dock in its pages, and the
 * browsers. People are those of `story`: give 0 to whoever sits at a browser, and `open` a page for them.
 *
 *   const dock = useDock();
 *   inBrowsers(['chromium', 'firefox'], dock, () => {
 *     story('…', dock, { alice: 0, bob: 1 }, async ({ alice, bob }) => {
 *       const screen = await dock.open(alice);
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import type { BrowserContext } from 'playwright-core';
import { launchBrowser, type BrowserKind, type TestBrowser } from '../browser.ts';
import type { SettingsChange } from '../settings.ts';
import type { Stack } from '../stack.ts';
import { useStack, type Person } from '../story.ts';
import { DockPage } from './dock-page.ts';
import { DockSite, WHO } from './dock-site.ts';

type ContextOptions = NonNullable<Parameters<TestBrowser['newContext']>[0]>;

export interface Seat {
  /** Path at the site; `/` without it. */
  readonly path?: string;
  /** Of the browser context: locale, viewport and the like. */
  readonly browser?: ContextOptions;
  /** Runs in each page before its own scripts. */
  readonly init?: () => void;
}

const DESK = { width: 1280, height: 800 };

export class Dock {
  readonly site = new DockSite();
  readonly #used: { readonly stack: Stack };
  #browser: TestBrowser | undefined;

  constructor(change: SettingsChange) {
    const settings: { -readonly [Name in keyof SettingsChange]: SettingsChange[Name] } = { ...change };
    beforeAll(async () => {
      await this.site.listen();
      settings.http = { ...settings.http, origins: [this.site.origin] };
    });
    this.#used = useStack({ change: settings });
    beforeAll(() => {
      this.site.bridgeUrl = this.stack.info.bridge.url;
    });
    afterAll(() => this.site.close());
  }

  get stack(): Stack {
    return this.#used.stack;
  }

  get browser(): TestBrowser {
    if (this.#browser === undefined) throw new Error('no browser: stories belong into inBrowsers()');
    return this.#browser;
  }

  set browser(browser: TestBrowser) {
    this.#browser = browser;
  }

  /** A person at a browser of their own (another device, when they have one already); the dock has come up. */
  async open(person: Person, { path = '/', browser = {}, init }: Seat = {}): Promise<DockPage> {
    const context = await this.browser.newContext({ viewport: DESK, ...browser });
    await context.addCookies([{ name: WHO, value: person.id, url: this.site.origin }]);
    if (init !== undefined) await context.addInitScript(init);
    this.#admit(person);
    return this.#page(context, person.id, this.site.origin + path);
  }

  /** One more tab beside this one. */
  anotherTab(screen: DockPage, path?: string): Promise<DockPage> {
    const url = path === undefined ? screen.page.url() : this.site.origin + path;
    return this.#page(screen.page.context(), screen.id, url);
  }

  async #page(context: BrowserContext, id: string, url: string): Promise<DockPage> {
    const screen = new DockPage(id, await context.newPage());
    await screen.page.goto(url);
    await screen.isUp();
    return screen;
  }

  #admit(person: Person): void {
    const { mint } = this.site;
    this.site.mint = (user) => (user === person.id ? person.token() : mint(user));
  }
}

/** The stack and the site of this file. */
export function useDock({ change = {} }: { change?: SettingsChange } = {}): Dock {
  return new Dock(change);
}

/** The same stories in each of these. After each, no page may have had a fault: a dock never throws into its page. */
export function inBrowsers(kinds: readonly BrowserKind[], dock: Dock, stories: () => void): void {
  describe.each(kinds)('in %s', (kind) => {
    let browser: TestBrowser;
    beforeAll(async () => {
      browser = await launchBrowser(kind);
      dock.browser = browser;
    });
    beforeEach(() => {
      browser.faults.length = 0;
      dock.site.reports.length = 0;
    });
    afterEach(async () => {
      await browser.closeContexts();
      expect(browser.faults).toEqual([]);
      expect(dock.site.reports).toEqual([]);
    });
    afterAll(() => browser.close());
    stories();
  });
}
