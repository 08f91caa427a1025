/** The kit that compares, at its smallest: what it counts is right, whatever the times are. */
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compare, type Compared } from '../bench/compare/compare.ts';
import { optionsOf, VARIANTS } from '../bench/compare/options.ts';
import { writeSection } from '../bench/compare/page.ts';
import { countsOf, partsOf, resultsOf } from '../bench/compare/results-table.ts';

const page = join(tmpdir(), `im-performance-${process.pid}.md`);
const options = optionsOf([
  '--users',
  '6',
  '--tabs',
  '3',
  '--rate',
  '10',
  '--seconds',
  '2',
  '--patience',
  '1',
]);
const MESSAGES = 20;
let compared: Compared;

beforeAll(async () => {
  compared = await compare(options, () => undefined);
}, 240_000);

afterAll(() => rmSync(page, { force: true }));

describe('six people with three tabs each', () => {
  test.each(VARIANTS)('%s: every message reaches every tab of both people, once', (variant) => {
    const [run] = compared[variant];
    expect(run?.counted).toMatchObject({
      messages: MESSAGES,
      expected: MESSAGES * 2 * 3,
      delivered: MESSAGES * 2 * 3,
      doubled: 0,
      receipts: MESSAGES * 3, // with BOSH one from each tab of the receiver; else one in each tab of the sender
    });
  });

  test.each(VARIANTS)('%s: what its servers took is known, of all that it has', (variant) => {
    const [run] = compared[variant];
    expect(Number.isFinite(run?.deliveries)).toBe(true);
    expect(Number.isFinite(run?.loadedMemory)).toBe(true);
    const bridgeTook = (run?.baseMemory ?? 0) > 0;
    expect(bridgeTook).toBe(variant !== 'bosh');
  });

  test('the results are tables', () => {
    expect(resultsOf(compared)).toMatch(/^\| CPU for a thousand deliveries \(s\) \|( -?\d+\.\d+ \|){5}$/m);
    expect(partsOf(compared)).toMatch(/^\| ejabberd \|/m);
    expect(countsOf(compared, options)).toContain('120 of 120 deliveries, 0 twice');
  });
});

describe('the page', () => {
  test('a size that is measured again replaces its own section alone', () => {
    writeSection(page, 'a', 'one');
    writeSection(page, 'b', 'two');
    writeSection(page, 'a', 'three');
    const section = (name: string, text: string): string =>
      `<!-- measured: ${name} -->\n\n${text}\n\n<!-- end: ${name} -->`;
    expect(readFileSync(page, 'utf8')).toBe(
      `# Performance\n\n${section('a', 'three')}\n\n${section('b', 'two')}\n`,
    );
  });
});

describe('options', () => {
  test('have defaults, and must be whole numbers', () => {
    expect(optionsOf([])).toMatchObject({ users: 300, tabs: 4, friends: 10, profile: false });
    expect(() => optionsOf(['--users', 'many'])).toThrow('--users is a whole number');
    expect(() => optionsOf(['--variants', 'poll,comet'])).toThrow('--variants are some of');
    expect(() => optionsOf(['--receipts', 'no'])).toThrow('--receipts is on or off');
    expect(() => optionsOf(['--people', '3'])).toThrow();
  });
});
