/** A real browser: Debian's Chromium, driven by playwright-core. Nothing is downloaded. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** No calls home, and nothing that a machine without a display or a keyring lacks. */
const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** Milliseconds for one action of a person in a test. */
const ACTION_TIMEOUT = 15_000;

/** @throws Error that says what to install. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  const places = env['CHROMIUM'] === undefined ? PLACES : [env['CHROMIUM']];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new Error(
    `there is no Chromium at ${places.join(', ')}: install it with "apt-get install chromium", or name it in CHROMIUM`,
  );
}

/** One browser with any number of people in it, each in a context of their own. */
export class TestBrowser {
  /** What pages complained about: a test that is about a healthy page expects none. */
  readonly faults: string[] = [];
  readonly #browser: Browser;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Cookies and storage of one person. Close it, or leave it to `close`. */
  async newContext(options: NonNullable<Parameters<Browser['newContext']>[0]> = {}): Promise<BrowserContext> {
    const context = await this.#browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
    context.setDefaultTimeout(ACTION_TIMEOUT);
    context.on('weberror', (fault) => this.faults.push(fault.error().message));
    return context;
  }

  /** One page in a context of its own. */
  async newPage(address?: string): Promise<Page> {
    const page = await (await this.newContext()).newPage();
    if (address !== undefined) await page.goto(address);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

export async function launchBrowser(): Promise<TestBrowser> {
  const isRoot = process.getuid?.() === 0;
  const browser = await chromium.launch({
    executablePath: findChromium(),
    // Chromium refuses its sandbox to root; for everybody else it stays on.
    args: isRoot ? [...ARGUMENTS, '--no-sandbox'] : ARGUMENTS,
    chromiumSandbox: !isRoot,
  });
  return new TestBrowser(browser);
}
