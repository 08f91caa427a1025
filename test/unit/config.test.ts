import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { checkConfig, ConfigError, configPath, loadConfig } from '../../bridge/config/load.ts';
import { RIGHT } from '../support/right-config.ts';

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'im-config-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const account = { user: 'im', password: 'of the database', database: 'im' };
const SECRET = (name: string): string => `${name}-`.padEnd(40, 'fb3c9a');

const PUBLIC_KEY = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });

type Tree = Readonly<Record<string, unknown>>;

/** Settings that are right, but for these; a dot goes a section deeper, undefined takes the setting away. */
function but(changes: Tree): Tree {
  const tree = structuredClone(RIGHT) as Record<string, unknown>;
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const section = names.reduce((one, name) => one[name] as Record<string, unknown>, tree);
    if (value === undefined) Reflect.deleteProperty(section, last);
    else section[last] = value;
  }
  return tree;
}

function faultsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

const faultsWith = (changes: Tree): readonly string[] => faultsOf(() => checkConfig('x.yml', but(changes)));

function file(text: string): string {
  const path = join(dir, 'settings.yml');
  writeFileSync(path, text);
  return path;
}

describe('settings', () => {
  test('that are right are read, with defaults for what is left out', () => {
    const config = loadConfig(file(stringify(RIGHT)));
    expect(config.domain).toBe('im.example');
    expect(config.xmpp).toMatchObject({ host: '127.0.0.1', port: 5221, tls: false });
    expect(config.limits.hold).toBe(25);
    expect(config.demo).toBe(false);
  });

  test('are frozen, to the last of them', () => {
    const config = loadConfig(file(stringify(RIGHT)));
    const thaw = (value: unknown): string[] =>
      typeof value !== 'object' || value === null
        ? []
        : [...(Object.isFrozen(value) ? [] : [JSON.stringify(value)]), ...Object.values(value).flatMap(thaw)];
    expect(thaw(config)).toEqual([]);
    expect(() => {
      config.http.origins.push('https://evil.example');
    }).toThrow(TypeError);
  });

  test('that are wrong are all told at once, each with its name and what it should be', () => {
    const faults = faultsWith({
      domain: 'IM.Example',
      'http.port': 70_000,
      'http.origins': ['https://www.example.org/page'],
      'xmpp.timeout': 'ten',
      'component.secret': 'short',
      'site.queries.user': undefined,
    });
    expect(faults).toHaveLength(6);
    expect(faults).toEqual([
      'domain: must be a lower-case domain name',
      expect.stringMatching(/^http\.port: .*65535/),
      expect.stringMatching(/^http\.origins\.0: must be an origin/),
      expect.stringMatching(/^xmpp\.timeout: .*number/),
      expect.stringMatching(/^component\.secret: must be 32 characters or more.*openssl/),
      expect.stringMatching(/^site\.queries\.user: .*string/),
    ]);
  });

  test('that nobody knows are told, each with its whole name', () => {
    const faults = faultsWith({ hots: 1, 'http.portt': 1, 'site.queries.freinds': 'x' });
    expect([...faults].sort()).toEqual([
      'hots: no such setting',
      'http.portt: no such setting',
      'site.queries.freinds: no such setting',
    ]);
  });

  test.each([
    ['token.secret', { 'token.secret': undefined }, /^token: needs either secret or publicKey/],
    ['both keys', { 'token.publicKey': PUBLIC_KEY }, /^token: .*not both/],
    [
      'token.publicKey',
      { 'token.publicKey': 'PEM', 'token.secret': undefined },
      /^token\.publicKey: is no public key/,
    ],
    [
      'site.queries.areFriends',
      { 'site.queries.areFriends': 'SELECT 1 FROM f WHERE a = ?' },
      /^site\.queries\.areFriends: .*2 parameters/,
    ],
    ['http.origins', { 'http.origins': [] }, /^http\.origins: /],
    ['an origin', { 'http.origins': ['www.example.org'] }, /^http\.origins\.0: /],
    ['limits.hold', { limits: { hold: -1 } }, /^limits\.hold: /],
    ['log.level', { log: { level: 'loud' } }, /^log\.level: .*info/],
    ['mysql', { mysql: undefined }, /^mysql: /],
    ['ticket.secret', { 'ticket.secret': 'x'.repeat(40) }, /^ticket\.secret: is a placeholder/],
  ])('of which %s is wrong or missing are refused', (_name, changes: Tree, fault) => {
    const faults = faultsWith(changes);
    expect(faults).toEqual([expect.stringMatching(fault)]);
  });

  test('are said with what belongs there', () => {
    const told = faultsWith({ 'http.port': 'x', limits: { hold: 9999 }, component: undefined });
    expect(told).toEqual([
      'http.port: must be a number. Where the load balancer finds it.',
      expect.stringMatching(/^component: is missing\. The component beside ejabberd/),
      'limits.hold: must be 120 at the most',
    ]);
  });

  test.each([
    ['one worker on one port for both', { 'admin.port': 8080 }, /^admin\.port: meets http\.port: /],
    ['ports of two workers that overlap', { supervisor: { workers: 2 } }, /^admin\.port: .*8080 to 8081/],
    [
      'more workers than there are ports',
      { supervisor: { workers: 2 }, 'http.port': 65_535 },
      /^http\.port: leaves no room/,
    ],
  ])('with %s are refused', (_name, changes: Tree, fault) => {
    expect(faultsWith(changes)).toEqual([expect.stringMatching(fault)]);
  });

  test('of a secret never stand in the fault that is told of it', () => {
    const told = faultsWith({ 'ticket.secret': 'hush', 'token.secret': 12_345, 'mysql.password': 54_321 });
    expect(told).toHaveLength(3);
    expect(told.join()).not.toMatch(/hush|12345|54321/);
  });
});

describe('the sources of the directory', () => {
  const api = { url: 'https://www.example.org/chat-api', secret: SECRET('api') };
  const queries = RIGHT.site.queries ?? {};
  const changes = { changes: 'SELECT 1 LIMIT 5', changesDone: 'DELETE FROM o WHERE id = ?' };

  test.each<[string, Tree]>([
    ['queries alone', {}],
    ['the API alone', { site: { api } }],
    ['the API, with a database that nothing is asked of', { site: { api, mysql: account } }],
    ['a query, and the API for the rest', { site: { api, mysql: account, queries: { user: queries.user } } }],
    ['queries, and the list of changes', { 'site.queries': { ...queries, ...changes } }],
    ['the API at the root of a host', { site: { api: { ...api, url: 'http://127.0.0.1:8000' } } }],
  ])('may be %s', (_what, change) => {
    expect(faultsWith(change)).toEqual([]);
  });

  test('have limits of their own', () => {
    expect(checkConfig('x.yml', but({ site: { api } })).site).toMatchObject({
      api: { timeout: 0.7, connections: 10, queue: 1000, retries: 2, breaker: { failures: 10, pause: 5 } },
      queries: {},
      timeout: 1.5,
    });
  });

  test.each<[string, Tree, RegExp[]]>([
    ['nobody answers', { site: {} }, [/^site: needs mysql with queries, or api/]],
    [
      'a database has no queries',
      { site: { mysql: account } },
      ['user', 'friends', 'areFriends', 'password'].map(
        (name) => new RegExp(`^site\\.queries\\.${name}: must be a string`),
      ),
    ],
    ['queries have no database', { site: { api, queries } }, [/^site\.mysql: is missing/]],
    [
      'a query is no SQL',
      { site: { api, mysql: account, queries: { user: 'SELECT 1' } } },
      [/^site\.queries\.user: .*1 parameter/],
    ],
    [
      'changes are never done',
      { 'site.queries': { ...queries, changes: 'SELECT 1' } },
      [/^site\.queries: changes and changesDone/],
    ],
    [
      'changes are done that nobody reads',
      { 'site.queries': { ...queries, changesDone: 'SELECT ?' } },
      [/^site\.queries: changes and changesDone/],
    ],
    [
      'changes ask for somebody',
      { 'site.queries': { ...queries, ...changes, changes: 'SELECT ?' } },
      [/^site\.queries\.changes: .*0 parameters/],
    ],
    ['the API has no secret', { site: { api: { url: api.url } } }, [/^site\.api\.secret: /]],
    [
      'the secret is short',
      { site: { api: { ...api, secret: 'short' } } },
      [/^site\.api\.secret: must be 32/],
    ],
    [
      'the secret is a placeholder',
      { site: { api: { ...api, secret: 'x'.repeat(40) } } },
      [/^site\.api\.secret: is a placeholder/],
    ],
    [
      'the secret is the demo’s',
      { site: { api: { ...api, secret: 'demo-only-'.padEnd(40, 'abc') } } },
      [/^site\.api\.secret: is the example/],
    ],
    ...[
      'ftp://example.org',
      '/api',
      'https://im:pw@example.org',
      'https://example.org/?a=1',
      'https://example.org/#a',
    ].map((url): [string, Tree, RegExp[]] => [
      `the address is ${url}`,
      { site: { api: { ...api, url } } },
      [/^site\.api\.url: /],
    ]),
  ])('are refused when %s', (_what, change, faults) => {
    expect(faultsWith(change)).toEqual(faults.map((fault): unknown => expect.stringMatching(fault)));
  });
});

describe('a settings file', () => {
  test('that is not there is told by its name', () => {
    const path = join(dir, 'nowhere.yml');
    expect(() => loadConfig(path)).toThrow(`${path} can't be used:\n  - there is no such file`);
  });

  test('that is a folder is told too', () => {
    expect(faultsOf(() => loadConfig(dir))).toEqual([expect.stringContaining("can't be read")]);
  });

  test.each([
    ['not YAML', 'domain: [', /./],
    ['empty', '', /^domain: /],
    ['a list', '- domain', /^the file: /],
    ['a word', 'im.example', /^the file: /],
  ])('that is %s is refused', (_what, text, fault) => {
    const faults = faultsOf(() => loadConfig(file(text)));
    expect(faults[0]).toMatch(fault);
  });

  test('that has a setting twice is refused: nobody knows which was meant', () => {
    const faults = faultsOf(() => loadConfig(file(`${stringify(RIGHT)}\ndomain: other.example\n`)));
    expect(faults).toEqual([expect.stringMatching(/unique/i)]);
  });

  test('is named by --config, or by IM_CONFIG', () => {
    expect(configPath(['--config', 'a.yml'], { IM_CONFIG: 'b.yml' })).toBe('a.yml');
    expect(configPath(['--config=a.yml', '--other'], {})).toBe('a.yml');
    expect(configPath([], { IM_CONFIG: 'b.yml' })).toBe('b.yml');
    for (const argv of [[], ['--config'], ['--config=']])
      expect(() => configPath(argv, {})).toThrow(/--config FILE or in IM_CONFIG/);
  });
});

describe('!env and !file', () => {
  const withSecret = (tag: string): string => {
    const text = stringify(but({ 'ticket.secret': 'HERE' }));
    return file(text.replace('HERE', tag));
  };

  test('stand for values that are elsewhere', () => {
    const secret = SECRET('elsewhere');
    expect(loadConfig(withSecret('!env TICKET'), { TICKET: secret }).ticket.secret).toBe(secret);
    writeFileSync(join(dir, 'ticket'), `${secret}\n`);
    expect(loadConfig(withSecret(`!file ${join(dir, 'ticket')}`)).ticket.secret).toBe(secret);
  });

  test('are checked as any other value', () => {
    const faults = faultsOf(() => loadConfig(withSecret('!env TICKET'), { TICKET: 'hush' }));
    expect(faults).toEqual([expect.stringMatching(/^ticket\.secret: must be 32 characters/)]);
    expect(faults.join()).not.toContain('hush');
  });

  test('that stand for nothing are told, each by its name', () => {
    const text = `a: !env NO_SUCH\nb: !file /no/such/file\nc: !env EMPTY\nd: !file ${dir}\n`;
    expect(faultsOf(() => loadConfig(file(text), { EMPTY: '' }))).toEqual([
      'the environment has no NO_SUCH, which !env NO_SUCH asks for',
      "!file /no/such/file can't be read (ENOENT)",
      'the environment has no EMPTY, which !env EMPTY asks for',
      `!file ${dir} can't be read (EISDIR)`,
    ]);
  });

  test.each(['!exec', '!ENV', '!environment'])(
    'are all that there is: %s is refused, not taken as text',
    (tag) => {
      const name = 'A_NAME_THAT_IS_LONG_ENOUGH_FOR_A_SECRET';
      expect(faultsOf(() => loadConfig(withSecret(`${tag} ${name}`)))).toEqual([
        expect.stringContaining(tag),
      ]);
    },
  );
});

describe('the demo’s secrets', () => {
  const demo = 'demo-only-'.padEnd(40, 'abc');
  const all = { 'component.secret': demo, 'ticket.secret': demo, 'token.secret': demo };

  test('are refused outside the demo, each by its name', () => {
    expect(faultsWith(all)).toEqual(
      ['component', 'ticket', 'token'].map((name) =>
        expect.stringMatching(`^${name}.secret: is the example`),
      ),
    );
  });

  test.each(['http://localhost:7400', 'http://127.0.0.1:7400', 'http://127.8.8.8', 'http://[::1]:7400'])(
    'are good in a demo of this machine alone, at %s',
    (origin) => {
      expect(faultsWith({ ...all, demo: true, 'http.origins': [origin] })).toEqual([]);
    },
  );

  test.each([
    'https://www.example.org',
    'http://192.168.1.2',
    'http://localhost.example.org',
    'http://127.0.0.1.example.org',
    'http://[::2]',
  ])('make no demo for %s', (origin) => {
    const faults = faultsWith({ demo: true, 'http.origins': ['http://localhost:7400', origin] });
    expect(faults).toEqual([expect.stringMatching(/^demo: is for this machine alone/)]);
  });
});
