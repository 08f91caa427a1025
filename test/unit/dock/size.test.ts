/** What a page has to load for the dock. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../support/root.ts';

/** Bytes: for browsers that take gzip alone; brotli is smaller. */
const LIMIT = 45 * 1024;

test.each(['im.js.gz', 'im.js.br'])('%s is no more than a page may be asked to load', (file) => {
  expect(statSync(join(ROOT, 'dist/browser', file)).size).toBeLessThan(LIMIT);
});
