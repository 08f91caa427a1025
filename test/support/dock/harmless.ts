/** Has anything in the page run that nobody of ours wrote? */
import type { Page } from 'playwright-core';

export interface Watched {
  /** What has happened that must not: empty while the page is as it should be. */
  readonly mischief: () => Promise<string[]>;
}

/** Looks for dialogs, other pages, requests to strangers, and the canary that hostile texts set. */
export function watch(page: Page, allowed: readonly string[]): Watched {
  const seen: string[] = [];
  const note = (what: string): void => void seen.push(what);
  page.on('dialog', (dialog) => {
    note(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (other) => note(`popup: ${other.url()}`));
  page.on('framenavigated', (frame) => note(`went to ${frame.url()}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!allowed.some((origin) => url.startsWith(`${origin}/`))) note(`request: ${url.slice(0, 200)}`);
  });
  return {
    mischief: async () => {
      const isSet = await page.evaluate(() => 'canary' in globalThis);
      return [...seen, ...(isSet ? ['a script ran'] : [])];
    },
  };
}
