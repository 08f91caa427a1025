/** docs/operations.md has what the sources have, and the sources nothing else. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { LOG_EVENTS } from '../../bridge/log-events.ts';
import { TRACE_EVENTS } from '../../bridge/trace/events.ts';
import { withTables } from '../support/operations/doc.ts';
import { ROOT } from '../support/root.ts';

const PAGE = join(ROOT, 'docs/operations.md');

const sources = ['bridge', 'ejabberd-modules'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/^(?:client|dock)\//.test(name))
    .map((name) => join(folder, name)),
);
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** To write the tables: WRITE_DOCS=1 npm run jest -- test/unit/operations-doc */
test('the tables are those of the sources', () => {
  const page = readFileSync(PAGE, 'utf8');
  const right = withTables(page);
  if (process.env['WRITE_DOCS'] === '1') writeFileSync(PAGE, right);
  else expect(page).toBe(right);
});

test('every event of the list is written somewhere', () => {
  const all = sources
    .filter((file) => !['bridge/log-events.ts', 'bridge/trace/events.ts'].includes(file))
    .map(textOf)
    .join('\n');
  const outcomes = all.includes('return `auth-${outcome}`;')
    ? ['yes', 'no', 'unavailable', 'refused', 'limited'].map((outcome) => `auth-${outcome}`)
    : [];
  const unused = Object.keys({ ...LOG_EVENTS, ...TRACE_EVENTS }).filter(
    (name) => !all.includes(`'${name}'`) && !outcomes.includes(name),
  );
  expect(unused).toEqual([]);
});

test('nothing is written but events of the list', () => {
  const others = sources
    .filter((file) => file !== 'bridge/log.ts')
    .flatMap((file) =>
      [...textOf(file).matchAll(/\blog\.(?:trace|debug|info|warn|error|fatal)\(|console\.\w+\(/g)].map(
        ([call]) => `${file}: ${call}`,
      ),
    );
  expect(others).toEqual([]);
});
