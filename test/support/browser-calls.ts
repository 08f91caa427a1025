/** The calls that the pages of one browser make to the bridge, as they leave it. */
import type { BrowserContext, Page, Request } from 'playwright-core';

export interface BrowserCall {
  readonly name: string;
  readonly page: Page | undefined;
  /** The secret of the tab, where the call has one. */
  readonly tab: string | undefined;
}

export class BrowserCalls {
  readonly all: BrowserCall[] = [];

  constructor(context: BrowserContext) {
    context.on('request', (request) => {
      const name = /\/v1\/([a-z]+)/.exec(request.url())?.[1];
      if (name !== undefined && request.method() === 'POST')
        this.all.push({ name, page: pageOf(request), tab: tabOf(request) });
    });
  }

  named(name: string): BrowserCall[] {
    return this.all.filter((call) => call.name === name);
  }

  /** The page that has polled last. @throws Error when none has */
  get poller(): Page {
    const page = this.named('poll').at(-1)?.page;
    if (page === undefined) throw new Error('no page has polled');
    return page;
  }

  /** Every tab that has polled. */
  get tabs(): string[] {
    return [...new Set(this.named('poll').map(({ tab }) => tab ?? ''))];
  }
}

/** A page that goes away has no frame any more. */
function pageOf(request: Request): Page | undefined {
  try {
    return request.frame().page();
  } catch {
    return undefined;
  }
}

function tabOf(request: Request): string | undefined {
  const params = JSON.parse(request.postData() ?? '{}') as { tab?: string };
  return params.tab;
}
