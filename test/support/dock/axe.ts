/** axe (https://github.com/dequelabs/axe-core) in the page: what it has against the dock. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

/** WCAG 2.2 AA holds what the versions and the level before it ask; beside that, what axe counts as good practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface WithAxe {
  readonly axe?: { run: (context: object, options: RunOptions) => Promise<AxeResults> };
}

let source: string | undefined;

/**
 * One line for each element of the dock, shadow tree included, that breaks a rule: `RULE at PLACE: what to do`. The
 * page around it is not asked about. Leaves the global `axe` in the page.
 */
export async function axeFindings(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource());
  const options: RunOptions = { runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'] };
  const violations = await page.evaluate(async (chosen) => {
    const { axe } = globalThis as WithAxe;
    const results = await axe?.run({ include: [['im-dock']] }, chosen);
    return results?.violations ?? [];
  }, options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.flat().join(' ')}: ${failureSummary ?? ''}`),
  );
}

/** As an expression: it makes the global. */
function axeSource(): string {
  source ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  return source;
}
