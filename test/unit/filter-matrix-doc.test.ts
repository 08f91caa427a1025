/** docs/security.md has the very matrix that is tested. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withTable } from '../integration/filter-matrix/markdown.ts';
import { ROOT } from '../support/root.ts';

const PAGE = join(ROOT, 'docs/security.md');

/** To write the table: WRITE_DOCS=1 npm run jest -- test/unit/filter-matrix-doc */
test('the table of docs/security.md is the one that the tests of the filter run', () => {
  const page = readFileSync(PAGE, 'utf8');
  const right = withTable(page);
  if (process.env['WRITE_DOCS'] === '1') writeFileSync(PAGE, right);
  else expect(page).toBe(right);
});
