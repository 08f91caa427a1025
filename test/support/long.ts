/** `npm run long` has time for what `npm test` has not. */
import type { BrowserKind } from './browser.ts';

const isLong = process.env['IM_LONG'] === '1';

/** For stories that differ little from one browser to the other; the main ones run in both each time. */
export const BROWSERS: readonly BrowserKind[] = isLong ? ['chromium', 'firefox'] : ['chromium'];
