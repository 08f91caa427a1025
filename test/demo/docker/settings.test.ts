/** The containers' settings, with the secrets that docker-compose.yml gives them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { loadConfig } from '../../../bridge/config/load.ts';
import { ROOT } from '../../support/root.ts';
import { demoQueries } from '../site/queries.ts';

const SETTINGS = join(ROOT, 'test/demo/docker/im-bridge.yml');
const { 'x-secrets': defaults, services } = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), {
  merge: true,
}) as { 'x-secrets': Record<string, string>; services: Record<string, { tmpfs?: string[] }> };
const environment = Object.fromEntries(
  Object.entries(defaults).map(([name, value]) => [name, /:-(.*)}$/.exec(value)?.[1]]),
);

test('the containers ask the demo site what npm start asks it', () => {
  const { queries } = loadConfig(SETTINGS, environment).site;
  const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
  for (const [name, sql] of Object.entries(demoQueries) as [keyof typeof demoQueries, string][]) {
    expect(inOneLine(queries[name] ?? '')).toBe(inOneLine(sql));
  }
});

test('the secrets of docker-compose.yml are refused outside the demo, each by its name', () => {
  const start = (): unknown => loadConfig(SETTINGS, { ...environment, IM_DEMO: 'false' });
  for (const name of ['component.secret', 'ticket.secret', 'token.secret', 'mysql.password']) {
    expect(start).toThrow(`- ${name}: is the example’s`);
  }
});

test('what is in memory is /tmp, which images have: another folder would be root’s after a restart', () => {
  const folders = Object.values(services).flatMap(({ tmpfs = [] }) => tmpfs);
  expect(new Set(folders)).toEqual(new Set(['/tmp']));
});
