/** Real browsers: Debian's Chromium and Firefox ESR, driven by playwright-core. Nothing is downloaded. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { launchFirefox } from './dock/firefox.ts';

export type BrowserKind = 'chromium' | 'firefox';

/** Where it is looked for, what names another place, and the Debian package that brings it. */
const PROGRAMS = {
  chromium: {
    places: [
      '/usr/bin/chromium',
      '/usr/bin/chromium-browser',
      '/usr/bin/google-chrome',
      '/usr/bin/google-chrome-stable',
    ],
    variable: 'CHROMIUM',
    package: 'chromium',
  },
  firefox: {
    places: ['/usr/bin/firefox-esr', '/usr/bin/firefox'],
    variable: 'FIREFOX',
    package: 'firefox-esr',
  },
} as const;

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
const ACTION_TIMEOUT = 45_000;

/** Firefox tells among the errors of scripts which requests of a page came to nothing. */
const OF_NETWORK = /^(The Same Origin Policy disallows|The resource at “|The connection to )/;

/** @throws Error that says what to install. */
export function findBrowser(kind: BrowserKind, env: NodeJS.ProcessEnv = process.env): string {
  const { places, variable, package: name } = PROGRAMS[kind];
  const named = env[variable];
  const looked: readonly string[] = named === undefined ? places : [named];
  const found = looked.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new Error(
    `there is no ${kind} at ${looked.join(', ')}: install it with "apt-get install ${name}", or name it in ${variable}`,
  );
}

/** One browser with any number of people in it, each in a context of their own. */
export class TestBrowser {
  readonly kind: BrowserKind;
  /** What pages complained about: a test that is about a healthy page expects none. */
  readonly faults: string[] = [];
  readonly #browser: Browser;

  constructor(kind: BrowserKind, browser: Browser) {
    this.kind = kind;
    this.#browser = browser;
  }

  /** Cookies and storage of one person. Close it, or leave it to `close`. */
  async newContext(options: NonNullable<Parameters<Browser['newContext']>[0]> = {}): Promise<BrowserContext> {
    const context = await this.#browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
    context.setDefaultTimeout(ACTION_TIMEOUT);
    context.on('weberror', (fault) => {
      const { message } = fault.error();
      if (!OF_NETWORK.test(message)) this.faults.push(message);
    });
    return context;
  }

  /** One page in a context of its own. */
  async newPage(address?: string): Promise<Page> {
    const page = await (await this.newContext()).newPage();
    if (address !== undefined) await page.goto(address);
    return page;
  }

  async closeContexts(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()));
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** Firefox has the same face with less behind it: dock/firefox.ts says what. */
export async function launchBrowser(kind: BrowserKind = 'chromium'): Promise<TestBrowser> {
  const path = findBrowser(kind);
  return new TestBrowser(kind, await (kind === 'firefox' ? launchFirefox(path) : launchChromium(path)));
}

function launchChromium(executablePath: string): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath,
    // Chromium refuses its sandbox to root; for everybody else it stays on.
    args: isRoot ? [...ARGUMENTS, '--no-sandbox'] : ARGUMENTS,
    chromiumSandbox: !isRoot,
  });
}
