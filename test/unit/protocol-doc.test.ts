/** docs/protocol.md names all that there is, and nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { limits } from '../../bridge/config/limits.ts';
import { STATUS } from '../../bridge/errors.ts';
import { ERROR_CODES } from '../../bridge/protocol/error-codes.ts';
import { schemas } from '../../bridge/protocol/requests.ts';
import { calls } from '../../bridge/web/calls/index.ts';
import { ROOT } from '../support/root.ts';

const page = readFileSync(join(ROOT, 'docs/protocol.md'), 'utf8');
const eventsSource = readFileSync(join(ROOT, 'bridge/protocol/events.ts'), 'utf8');

/** The cells of the first table under a heading, without its head. */
function tableOf(heading: string): string[][] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const lines = (section.split('\n## ', 1)[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const named = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

test('every call, with all of its parameters', () => {
  const rows = new Map(
    tableOf('Calls').map(([name = '', parameters = '']) => [named(name)[0], named(parameters)]),
  );
  expect([...rows.keys()].sort()).toEqual([...Object.keys(schemas), 'stream'].sort());
  expect(Object.keys(schemas).sort()).toEqual([...Object.keys(calls), 'poll'].sort());
  for (const [name, { shape }] of Object.entries(schemas)) {
    const own = Object.keys(shape).filter((key) => key !== 'u' && (key !== 'tab' || name === 'connect'));
    expect([name, rows.get(name)]).toEqual([name, expect.arrayContaining(own)]);
  }
});

test('every error code, with its status', () => {
  const rows = tableOf('Errors').map(([code = '', status]) => [...named(code), Number(status)]);
  expect(rows).toEqual(ERROR_CODES.map((code) => [code, STATUS[code]]));
});

test('every event, and every value that a field of one may have', () => {
  const types = [...eventsSource.matchAll(/type: '([a-z-]+)'/g)].map(([, type]) => type);
  const rows = tableOf('Events');
  expect(rows.map(([type = '']) => named(type)[0]).sort()).toEqual([...new Set(types)].sort());
  const values = [...eventsSource.matchAll(/'([a-z-]+)'/g)].map(([, value]) => value);
  expect(named(page.replaceAll(/^```[^]*?^```$/gm, ''))).toEqual(expect.arrayContaining(values));
});

test('limits with the defaults that they have', () => {
  const defaults: Readonly<Record<string, unknown>> = limits.parse({});
  for (const [name = '', value = ''] of tableOf('Limits')) {
    const numbers = (value.match(/\d[\d,]*/g) ?? []).map((text) => Number(text.replaceAll(',', '')));
    const settings = named(name).map((setting) => defaults[setting.replace('limits.', '')]);
    expect([name, numbers]).toEqual([name, settings]);
  }
});
