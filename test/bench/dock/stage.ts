/** A site with the dock in its pages, in front of a stack, and a browser that tells what its main thread did. */
import type { CDPSession, Page } from 'playwright-core';
import { launchBrowser, type TestBrowser } from '../../support/browser.ts';
import { DockSite, WHO } from '../../support/dock/dock-site.ts';
import { withStack, type BenchStack } from '../bench-stack.ts';

export interface DockBench {
  readonly bench: BenchStack;
  readonly site: DockSite;
  readonly browser: TestBrowser;
}

export async function withDock(work: (stage: DockBench) => Promise<void>): Promise<void> {
  const site = await new DockSite().listen();
  const browser = await launchBrowser();
  const limits = { sendRate: 1000, sendBurst: 1000 };
  try {
    await withStack(
      async (bench) => {
        site.bridgeUrl = bench.stack.info.bridge.url;
        site.mint = (user) => bench.token(user);
        await work({ bench, site, browser });
      },
      { change: { limits, http: { origins: [site.origin] } } },
    );
  } finally {
    await browser.close();
    await site.close();
  }
}

/** One page of a person who was never here: nothing is cached. */
export class Visit {
  readonly page: Page;
  readonly #cdp: CDPSession;

  private constructor(page: Page, cdp: CDPSession) {
    this.page = page;
    this.#cdp = cdp;
  }

  static async of({ browser, site }: DockBench, user: string): Promise<Visit> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.addCookies([{ name: WHO, value: user, url: site.origin }]);
    await context.addInitScript(watchPage);
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable');
    return new Visit(page, cdp);
  }

  /** Milliseconds that the main thread has worked since the page's process began, scripts, styles and layout. */
  async worked(): Promise<number> {
    const { metrics } = await this.#cdp.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1000;
  }

  /** Milliseconds of the tasks so far that kept a page from answering: longer than 50 ms (W3C Long Tasks). */
  longTasks(): Promise<number[]> {
    return this.page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks);
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}

/** Runs in the page before its scripts. */
function watchPage(): void {
  const longTasks: number[] = [];
  Object.assign(globalThis, { longTasks });
  new PerformanceObserver((list) =>
    longTasks.push(...list.getEntries().map(({ duration }) => Math.round(duration))),
  ).observe({ type: 'longtask', buffered: true });
}
