/** docs/configuration.md has every setting as the schema has it, and its example works. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadConfig } from '../../bridge/config/load.ts';
import { withSettings } from '../support/configuration-doc.ts';
import { ROOT } from '../support/root.ts';
import { sectionsOf } from '../support/settings-of-schema.ts';

const PAGE = join(ROOT, 'docs/configuration.md');
const page = (): string => readFileSync(PAGE, 'utf8');

/** To write the tables: WRITE_DOCS=1 npm run jest -- test/unit/configuration-doc */
test('the tables are those of the schema', () => {
  const right = withSettings(page());
  if (process.env['WRITE_DOCS'] === '1') writeFileSync(PAGE, right);
  else expect(page()).toBe(right);
});

test('every setting and section says what it is, and why', () => {
  for (const { name, reason, settings } of sectionsOf()) {
    if (name !== '') expect([name, reason]).toEqual([name, expect.stringMatching(/\w{2,}.*\.$/)]);
    for (const setting of settings)
      expect([name, setting.name, setting.reason]).toEqual([
        name,
        setting.name,
        expect.stringMatching(/\w{2,}.*\.$/s),
      ]);
  }
});

/** What a whole configuration has, dotted. */
function namesIn(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    namesIn(inner, path === '' ? key : `${path}.${key}`),
  );
}

test('the example is accepted by the loader, and every setting that comes of it is in a table', () => {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page()) ?? [];
  const dir = mkdtempSync(join(tmpdir(), 'im-doc-'));
  try {
    writeFileSync(join(dir, 'im-bridge.yml'), example);
    const names = [...example.matchAll(/!env (\w+)/g)].map(([, name = '']) => name);
    const env = Object.fromEntries(names.map((name, index) => [name, `${index}f3c9a`.repeat(8)]));
    const config = loadConfig(join(dir, 'im-bridge.yml'), env);
    expect(config.demo).toBe(false);
    const told = sectionsOf().flatMap(({ name, settings }) =>
      settings.map((setting) => (name === '' ? setting.name : `${name}.${setting.name}`)),
    );
    const own = namesIn(config).filter((name) => !name.startsWith('site.mysql.'));
    expect(told).toEqual(expect.arrayContaining(own));
    // Less one of them, and it is not: nothing in it is for show.
    writeFileSync(join(dir, 'im-bridge.yml'), example.replace(/^domain.*\n/, ''));
    expect(() => loadConfig(join(dir, 'im-bridge.yml'), env)).toThrow('domain');
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('the limits that the web protocol promises are among them', () => {
  const limits = sectionsOf().find(({ name }) => name === 'limits')?.settings ?? [];
  const wanted = [
    'body',
    'url',
    'message',
    'events',
    'tabs',
    'sendRate',
    'page',
    'snapshot',
    'polls',
    'pollsPerAddress',
  ];
  for (const name of wanted) {
    const limit = limits.find((one) => one.name === name);
    expect(limit).toMatchObject({ preset: expect.any(String), bounds: expect.stringContaining(' to ') });
  }
});
