/** The component as a process of its own, between a real database and a scripted server. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import mysql from 'mysql2/promise';
import { demoQueries } from '../demo/site/queries.ts';
import { seed } from '../demo/site/seed.ts';
import { ensureDatabase, startMariadb, type Mariadb } from '../support/mariadb.ts';
import { freePort } from '../support/ports.ts';
import { Process } from '../support/process.ts';
import { built } from '../support/root.ts';
import { errorOf, itemsOf, ScriptedComponentServer } from '../support/scripted-component.ts';
import { secretsOf, settingsFor, SITE_DATABASE, writeSettings, type Settings } from '../support/settings.ts';
import { freePorts, type StackPorts } from '../support/stack-ports.ts';
import { whileStopped } from '../support/stopped.ts';
import { waitUntil } from '../support/wait-until.ts';

const DOMAIN = 'im.example';
const ROSTER = 'jabber:iq:roster';
const SITE = 'urn:im-bridge:site:0';

let dir: string;
let mariadb: Mariadb;
let site: mysql.Connection;
let server: ScriptedComponentServer;
let component: Process | undefined;
let ports: StackPorts;
let runs = 0;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'im-component-'));
  mariadb = await startMariadb({ dir: join(dir, 'mariadb'), port: await freePort() });
  await ensureDatabase(mariadb, SITE_DATABASE);
  const { socket, user, password } = mariadb;
  await seed({ socket, user, password, database: SITE_DATABASE });
  site = await mysql.createConnection({ socketPath: socket, user, password, database: SITE_DATABASE });
}, 120_000);

beforeEach(async () => {
  ports = await freePorts();
  server = await ScriptedComponentServer.start(ports.component, secretsOf(dir).component);
});

afterEach(async () => {
  await component?.stop();
  component = undefined;
  await server.stop();
});

afterAll(async () => {
  await site.end();
  await mariadb.kill();
  rmSync(dir, { recursive: true });
});

interface Change {
  readonly component?: Partial<Settings['component']>;
  /** Seconds for an answer of the site. */
  readonly patience?: number;
  readonly queries?: Settings['site']['queries'];
}

function start({ component: change = {}, patience = 1.5, queries = {} }: Change = {}): Process {
  const own = join(dir, `run-${++runs}`);
  mkdirSync(own);
  const { socket, user, password } = mariadb;
  const account = { socket, user, password };
  const pool = { queryTimeout: patience };
  const settings = settingsFor({
    domain: DOMAIN,
    ports,
    mysql: account,
    queries: { ...demoQueries, ...queries },
    secrets: secretsOf(dir),
    change: {
      component: change,
      site: { timeout: patience, mysql: { ...account, database: SITE_DATABASE, pool } },
    },
  });
  const script = built('ejabberd-modules/component/main.js');
  const args = [script, '--config', writeSettings(own, settings).path];
  component = new Process({
    name: 'component',
    command: process.execPath,
    args,
    logFile: join(own, 'component.log'),
  });
  return component;
}

const linked = (times = 1): Promise<unknown> =>
  waitUntil(
    `the component to be linked, after ${server.connections} tries`,
    () => server.accepted >= times && server,
  );

const metric = async (name: string): Promise<number | undefined> => {
  const response = await fetch(`http://127.0.0.1:${ports.componentAdmin}/metrics`);
  const line = (await response.text()).split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.split(' ')[1]);
};

const ready = async (): Promise<number> =>
  (await fetch(`http://127.0.0.1:${ports.componentAdmin}/ready`)).status;

describe('the component', () => {
  test('tells its health at the address that the settings name, and at no other', async () => {
    start({ component: { adminHost: '127.0.0.2' } });
    await linked();
    const at = (host: string): Promise<Response> => fetch(`http://${host}:${ports.componentAdmin}/ready`);
    await waitUntil('it to be ready', async () => (await at('127.0.0.2')).ok);
    await expect(at('127.0.0.1')).rejects.toThrow();
  });

  test('answers who is in a roster, with names and groups', async () => {
    start();
    await linked();
    expect(server.to).toBe(`site.${DOMAIN}`);
    const answer = await server.roster(`alice@${DOMAIN}`);
    expect(answer.attrs).toMatchObject({ type: 'result', from: `site.${DOMAIN}`, to: `alice@${DOMAIN}` });
    expect(itemsOf(answer)).toEqual({
      [`bob@${DOMAIN}`]: ['Bob', 'Close friends'],
      [`carol@${DOMAIN}`]: ['Carol'],
    });
    const items = answer.getChild('query', ROSTER)?.getChildren('item') ?? [];
    expect(items.map((item) => item.attrs['subscription'] as unknown)).toEqual(['both', 'both']);
    expect(itemsOf(await server.roster(`dave@${DOMAIN}`))).toEqual({});
    const nobody = await server.roster(`nobody@${DOMAIN}`);
    expect(nobody.getChild('error')?.getChild('item-not-found')).toBeDefined();
  });

  test.each([
    'alice@evil.example',
    `alice@${DOMAIN}.evil.example`,
    'evil.example',
    DOMAIN,
    `ALICE@${DOMAIN}`,
    `alice@evil.example/bob@${DOMAIN}`,
  ])('tells nothing to %s', async (from) => {
    start();
    await linked();
    const answer = await server.roster(from);
    expect(errorOf(answer)).toBe('cancel service-unavailable');
    expect(answer.toString()).not.toContain('<item');
  });

  test('refuses what it does not know, changes no roster, and answers no answer', async () => {
    start();
    await linked();
    const from = `alice@${DOMAIN}`;
    const to = `site.${DOMAIN}`;
    for (const result of ['result', 'error'])
      server.say(
        xml('iq', { type: result, from, to, id: 'an-answer' }, xml('query', { xmlns: ROSTER })).toString(),
      );
    server.say(xml('message', { from, to, id: 'a-message' }, xml('body', {}, 'hello')).toString());
    server.say(xml('presence', { from, to, type: 'subscribe', id: 'a-presence' }).toString());
    const version = await server.iq({ type: 'get', from, to }, xml('query', { xmlns: 'jabber:iq:version' }));
    expect(errorOf(version)).toBe('cancel service-unavailable');
    const item = xml('item', { jid: `dave@${DOMAIN}` });
    const set = await server.iq({ type: 'set', from, to }, xml('query', { xmlns: ROSTER }, item));
    expect(errorOf(set)).toBe('cancel service-unavailable');
    expect(server.stanzas).toHaveLength(2);
  });

  test('is told by ejabberd alone whom to trace, and what the filter decides', async () => {
    start();
    const folder = join(dir, `run-${runs}`, 'run/traces');
    await linked();
    const to = `site.${DOMAIN}`;
    const trace = (attrs: Readonly<Record<string, string>>): Element =>
      xml('trace', { xmlns: SITE, verb: 'add', for: '10m', ...attrs });
    for (const from of [`alice@${DOMAIN}`, `alice@${DOMAIN}/desk`, `${DOMAIN}/desk`, 'evil.example']) {
      const refused = await server.iq({ type: 'set', from, to }, trace({ user: 'alice' }));
      expect([from, errorOf(refused)]).toEqual([from, 'cancel service-unavailable']);
    }
    expect(existsSync(folder)).toBe(false);
    const ask = async (attrs: Readonly<Record<string, string>>): Promise<[unknown, string]> => {
      const said = (await server.iq({ type: 'set', from: DOMAIN, to }, trace(attrs))).getChild('trace', SITE);
      return [said?.attrs['done'], said?.getChildText('line') ?? ''];
    };
    expect(await ask({ user: 'ALICE' })).toEqual(['false', 'that is no user name']);
    expect(await ask({ user: 'alice', for: 'ever' })).toEqual(['false', expect.stringContaining('10m')]);
    expect(await ask({ user: 'a\\40b' })).toEqual([
      'true',
      expect.stringContaining(join(folder, 'a%40b.log')),
    ]);
    const pushed = await waitUntil('a push', () =>
      server.stanzas.find((one) => one.getChild('push', SITE)?.getChild('traced')),
    );
    expect(pushed.getChild('push')?.attrs['user']).toBe('a\\40b');
    server.say(xml('iq', { type: 'result', from: DOMAIN, to, id: String(pushed.attrs['id']) }).toString());
    const decision = (id: string): Element =>
      xml('decision', { xmlns: SITE, from: `a\\40b@${DOMAIN}`, to: `bob@${DOMAIN}`, kind: 'message', id });
    server.say(xml('message', { from: `alice@${DOMAIN}`, to }, decision('forged')).toString());
    server.say(xml('message', { from: DOMAIN, to }, decision('true')).toString());
    const lines = await waitUntil('the decision', () => {
      const text = readFileSync(join(folder, 'a%40b.log'), 'utf8');
      return text.includes('filter-decided') && text;
    });
    expect([lines.includes('filter-asked'), lines.includes('forged')]).toEqual([true, false]);
  });

  test('sends names that XML can carry, whatever the site calls its people', async () => {
    await site.execute('UPDATE users SET name = ? WHERE id = ?', ['B\u0001o\u0008b <&"\'\u{1F600}', 'bob']);
    await site.execute('UPDATE friendships SET circle = ? WHERE friend_id = ?', ['Clo\u001fse', 'bob']);
    try {
      start();
      await linked();
      const items = itemsOf(await server.roster(`alice@${DOMAIN}`));
      expect(items[`bob@${DOMAIN}`]).toEqual(['B\ufffdo\ufffdb <&"\'\u{1F600}', 'Clo\ufffdse']);
      expect(server.received).not.toMatch(/[^\P{Cc}\t\r\n]/u); // the scripted server's parser would let them pass
      await server.roster(`bob@${DOMAIN}`);
      expect(server.connections).toBe(1);
    } finally {
      await site.query("UPDATE users SET name = 'Bob' WHERE id = 'bob'");
      await site.query("UPDATE friendships SET circle = 'Close friends' WHERE friend_id = 'bob'");
    }
  });

  test('answers a question that comes in one chunk with the end of the handshake', async () => {
    const version = xml('query', { xmlns: 'jabber:iq:version' });
    const attrs = { type: 'get', id: 'early', from: `alice@${DOMAIN}`, to: `site.${DOMAIN}` };
    server.behindHandshake = xml('iq', attrs, version).toString();
    start();
    expect(errorOf(await server.answer('early'))).toBe('cancel service-unavailable');
  });

  test('reads a question that comes byte by byte', async () => {
    start();
    await linked();
    const query = xml('query', { xmlns: ROSTER });
    const attrs = { type: 'get', id: 'é€\u{1F600}', from: `alice@${DOMAIN}`, to: `site.${DOMAIN}` };
    for (const byte of Buffer.from(xml('iq', attrs, query).toString())) {
      server.say(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve)); // a write of its own
    }
    expect(Object.keys(itemsOf(await server.answer(attrs.id)))).toHaveLength(2);
  });
});

describe('before it is linked, the component', () => {
  test('tries the site’s queries, and ends with every one that can not work', async () => {
    const part = start({
      queries: {
        user: 'SELECT id FROM users WHERE id = ?',
        areFriends: 'SELECT COUNT(*) FROM friendships WHERE user_id = ? AND friend_id = ?',
      },
    });
    expect(await part.exited).toMatchObject({ code: 1 });
    expect(part.logTail()).toMatch(
      /the settings under site can't be used:\n {2}- site\.queries\.user: gives no column name.*\n {2}- site\.queries\.areFriends: gives a row for two who are not friends/,
    );
    expect(server.connections).toBe(0);
  });

  test('does not wait for a database that does not answer: it warns, and goes on', async () => {
    await whileStopped(mariadb, async () => {
      const part = start();
      await linked();
      expect(part.logTail()).toMatch(/site\.mysql: the queries could not be looked at/);
    });
  });
});

describe('the component’s link', () => {
  test('comes back when it is cut, and the component answers again', async () => {
    const { pid } = start();
    await linked();
    for (const times of [2, 3]) {
      server.cut();
      await linked(times);
      expect(itemsOf(await server.roster(`bob@${DOMAIN}`))).toEqual({
        [`alice@${DOMAIN}`]: ['Alice', 'Close friends'],
      });
    }
    expect(component).toMatchObject({ pid, running: true });
  });

  test('comes back when the server says that it ends, and when there is data behind the end', async () => {
    const part = start();
    await linked();
    server.say('</stream:stream><iq/>');
    server.say('<iq/>');
    server.cut();
    await linked(2);
    server.say('<stream:error><system-shutdown xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>');
    await linked(3);
    server.say('</nonsense>');
    await linked(4);
    server.say('<iq from="&nonsense;"/>');
    await linked(5);
    expect(part.running).toBe(true);
  });

  test('is tried again and again with a wrong secret, and is up when the secret is right', async () => {
    server.secret = 'another secret, which the settings do not have';
    const part = start();
    await waitUntil('four tries', () => server.connections >= 4);
    expect(part.running).toBe(true);
    expect(server.accepted).toBe(0);
    expect(await ready()).toBe(503);
    server.secret = secretsOf(dir).component;
    await linked();
    await waitUntil('the component to be ready', async () => (await ready()) === 200);
    expect(part.logTail(1000)).not.toContain(server.secret);
  });

  test('is tried again and again while nobody listens', async () => {
    const { secret } = server;
    await server.stop();
    const part = start();
    await waitUntil('the component to say so', () => part.logTail().includes('out of reach'));
    server = await ScriptedComponentServer.start(ports.component, secret);
    await linked();
    expect(part.running).toBe(true);
  });

  test('has a metric', async () => {
    start();
    await linked();
    await waitUntil('1', async () => (await metric('im_component_connected')) === 1);
    await server.stop();
    await waitUntil('0', async () => (await metric('im_component_connected')) === 0);
  });

  test('ends with the process, on SIGTERM', async () => {
    const part = start();
    await linked();
    part.child.kill('SIGTERM');
    expect(await part.exited).toEqual({ code: 0, signal: null });
    expect(server.received).toContain('</stream:stream>');
  });
});

describe('while the site’s database does not answer, the component', () => {
  test('says so, so that ejabberd asks again, and answers when it is back', async () => {
    const part = start();
    await linked();
    await server.roster(`alice@${DOMAIN}`);
    await whileStopped(mariadb, async () => {
      expect(errorOf(await server.roster(`alice@${DOMAIN}`))).toBe('wait remote-server-timeout');
    });
    await waitUntil(
      'a roster',
      async () => 'bob@im.example' in itemsOf(await server.roster(`alice@${DOMAIN}`)),
    );
    expect(part.running).toBe(true);
  });

  test('says so in its own time, however patient it is with the site', async () => {
    start({ component: { timeout: 0.5 }, patience: 30 });
    await linked();
    await server.roster(`alice@${DOMAIN}`);
    await whileStopped(mariadb, async () => {
      expect(errorOf(await server.roster(`alice@${DOMAIN}`))).toBe('wait remote-server-timeout');
    });
    await waitUntil(
      'a roster',
      async () => 'bob@im.example' in itemsOf(await server.roster(`alice@${DOMAIN}`)),
    );
  });

  test('refuses at once who finds no place to wait, and each of the others is answered once', async () => {
    start({ component: { concurrency: 1, queue: 2, timeout: 2 } });
    await linked();
    await server.roster(`alice@${DOMAIN}`);
    await whileStopped(mariadb, async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, async () => errorOf(await server.roster(`alice@${DOMAIN}`))),
      );
      const refused = answers.filter((answer) => answer === 'wait resource-constraint');
      expect(refused.length).toBeGreaterThanOrEqual(5);
      expect(answers.filter((answer) => answer.startsWith('wait '))).toHaveLength(8);
      expect(answers[0]).toBe('wait remote-server-timeout');
    });
    await waitUntil(
      'a roster',
      async () => 'bob@im.example' in itemsOf(await server.roster(`alice@${DOMAIN}`)),
    );
    const ids = server.stanzas.map((stanza) => stanza.attrs['id'] as unknown);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('counts in its metrics those who wait', async () => {
    start({ component: { concurrency: 1, queue: 5 } });
    await linked();
    await server.roster(`alice@${DOMAIN}`);
    await whileStopped(mariadb, async () => {
      const answers = [1, 2, 3].map(() => server.roster(`alice@${DOMAIN}`));
      await waitUntil(
        'two who wait',
        async () => (await metric('im_component_questions{state="waiting"}')) === 2,
      );
      expect(await metric('im_component_questions{state="answering"}')).toBe(1);
      await Promise.all(answers);
    });
    const told = await waitUntil('the line', () =>
      component
        ?.logTail(100)
        .split('\n')
        .find((line) => line.includes('"event":"component-no-answer"') && line.includes('NoTurn')),
    );
    expect(JSON.parse(told)).toMatchObject({
      err: {
        waitedFor: expect.stringMatching(/^(?:its turn|the site)$/) as unknown,
        state: { limit: 1, inUse: 1, behind: [{ what: 'roster' }] },
      },
    });
  });
});
