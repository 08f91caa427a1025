/** The arrows of docs/architecture.md: who may import whom, and that nothing goes round in a circle. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '..');
/** Leaves that anybody on the server may import. */
const LEAVES = [
  'bridge/log.ts',
  'bridge/log-fault.ts',
  'bridge/loudness.ts',
  'bridge/metrics.ts',
  'bridge/metrics',
  'bridge/errors.ts',
  'bridge/config',
  'bridge/user-id.ts',
  'bridge/clean-text.ts',
  'bridge/backoff.ts',
  'bridge/turns.ts',
  'bridge/seldom.ts',
  'bridge/duration.ts',
  'bridge/call-site.ts',
  'bridge/release.ts',
  'bridge/tasks.ts',
  'bridge/waited.ts',
  'bridge/trace',
];
/** Of each folder: which others it may import. What is not listed here may import all. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  'bridge/protocol': ['bridge/errors.ts'],
  'bridge/session': ['bridge/protocol', 'bridge/errors.ts'],
  'bridge/web': ['bridge/session', 'bridge/protocol', ...LEAVES],
  'bridge/xmpp': ['bridge/session/ports.ts', 'bridge/protocol', ...LEAVES],
  'bridge/hand-over': ['bridge/session', ...LEAVES],
  'bridge/supervision': LEAVES,
  'bridge/trace': ['bridge/log-lines.ts', 'bridge/supervision/run-dir.ts', ...LEAVES],
  'bridge/admin': ['bridge/session', 'bridge/supervision/control.ts', ...LEAVES],
  'bridge/mysql': LEAVES,
  'bridge/site': ['bridge/mysql', ...LEAVES],
  'bridge/rollout': ['bridge/session', ...LEAVES],
  'bridge/store': [
    'bridge/mysql',
    'bridge/session/ports.ts',
    'bridge/session/states.ts',
    'bridge/rollout/chosen.ts',
    ...LEAVES,
  ],
  'bridge/doctor': ['bridge/site', 'bridge/xmpp', 'bridge/mysql', ...LEAVES],
  'bridge/client': ['bridge/protocol'],
  'bridge/dock': ['bridge/client', 'bridge/protocol'],
  'ejabberd-modules': [
    'bridge/site',
    'bridge/store/password-tries.ts',
    'bridge/xmpp',
    'bridge/store',
    'bridge/mysql',
    'bridge/web/admin.ts',
    'bridge/start-fault.ts',
    ...LEAVES,
  ],
};
/** Packages that one folder alone may name. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  express: ['bridge/web', 'test'],
  mysql2: ['bridge/mysql', 'test'],
  '@xmpp/client': ['bridge/xmpp', 'test'],
  '@xmpp/component': ['ejabberd-modules/component', 'test'],
};

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name));
}

const files = ['bridge', 'ejabberd-modules', 'test'].flatMap(sources);

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)\b[^'"]*?['"]([^'"]+)['"]/gms)].map(([, name]) => name ?? '');
}

function localImports(file: string): string[] {
  return importsOf(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(root, resolve(root, dirname(file), name)));
}

const within = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

test('every import goes along an arrow of the architecture', () => {
  const wrong = Object.entries(MAY).flatMap(([folder, allowed]) =>
    files
      .filter((file) => within(file, folder))
      .flatMap((file) => localImports(file).map((target) => ({ file, target })))
      .filter(({ target }) => ![folder, ...allowed].some((place) => within(target, place)))
      .map(({ file, target }) => `${file} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('nothing but tests imports tests', () => {
  const wrong = files.filter(
    (file) => !within(file, 'test') && localImports(file).some((target) => within(target, 'test')),
  );
  expect(wrong).toEqual([]);
});

test('each outside library is named in one folder', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .map((name) => Object.keys(PACKAGES).find((known) => name === known || name.startsWith(`${known}/`)))
      .filter((name) => name !== undefined && !(PACKAGES[name] ?? []).some((place) => within(file, place)))
      .map((name) => `${file} names ${name ?? ''}`),
  );
  expect(wrong).toEqual([]);
});

test('no file imports itself, not even through others', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (done.has(file) || path.includes(file)) return;
    for (const target of localImports(file)) if (files.includes(target)) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});
