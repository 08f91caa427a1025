/**
 * Guessing passwords: limits by user and by client address, which keep neither the bridge nor anybody else out,
 * nor the owner out of the web chat.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import mysql from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../bridge/config/load.ts';
import { mintTicket } from '../../bridge/xmpp/ticket.ts';
import { AuthScript } from '../support/auth-script.ts';
import { waitUntil } from '../support/wait-until.ts';
import { useBattlefield, PASSWORD } from './battlefield.ts';
import { RawSocket } from './raw-socket.ts';

const used = useBattlefield();
const LIMIT = 10;

async function ours(): Promise<mysql.Connection> {
  const { socket, user, password, database } = used.field.stack.info.mysql;
  return await mysql.createConnection({ socketPath: socket, user, password, database });
}

beforeEach(async () => {
  const database = await ours();
  await database.query('DELETE FROM im_auth_failures');
  await database.end();
});

/** One guess, on a connection of its own. True: in. */
async function guess(user: string, password: string, localAddress?: string): Promise<boolean> {
  const { field } = used;
  const from = localAddress === undefined ? {} : { localAddress };
  const socket = field.keep(await RawSocket.open({ ...field.plain, ...from }));
  const answer = await socket.auth({ user, password });
  socket.destroy();
  return answer.startsWith('<success');
}

async function wrong(user: string, times: number, localAddress?: string): Promise<void> {
  for (let i = 0; i < times; i += 1) expect(await guess(user, `guess ${i}`, localAddress)).toBe(false);
}

describe('of one user', () => {
  test('the right password comes in after nine wrong ones, and not after ten', async () => {
    await wrong('mal', LIMIT - 1);
    expect(await guess('mal', PASSWORD)).toBe(true);
    await wrong('mal', 1);
    expect(await guess('mal', PASSWORD)).toBe(false);
  });

  test('all processes count together: so many guesses at once have no more than ten tries', async () => {
    const guesses = Array.from({ length: 20 }, (_, i) => guess('mal', `guess ${i}`));
    expect(await Promise.all(guesses)).toEqual(guesses.map(() => false));
    const database = await ours();
    const [rows] = await database.query<RowDataPacket[]>('SELECT user_id, tries FROM im_auth_failures');
    await database.end();
    expect(rows).toEqual([{ user_id: 'mal', tries: LIMIT + 1 }]);
  });

  test('the window ends by itself, however long the guesser goes on', async () => {
    await wrong('mal', LIMIT + 3);
    expect(await guess('mal', PASSWORD)).toBe(false);
    const database = await ours();
    await database.query('UPDATE im_auth_failures SET since = since - INTERVAL 299 SECOND');
    expect(await guess('mal', PASSWORD)).toBe(false);
    await database.query('UPDATE im_auth_failures SET since = since - INTERVAL 1 SECOND');
    await database.end();
    expect(await guess('mal', PASSWORD)).toBe(true);
    await wrong('mal', LIMIT - 1);
    expect(await guess('mal', PASSWORD)).toBe(true);
  });

  test('whose password is guessed, the page opens, live streams go on, and others come in', async () => {
    const { victim } = used.field;
    await wrong('vic', LIMIT);
    expect(await guess('vic', PASSWORD)).toBe(false);
    const tab = await victim.person.openTab();
    expect(tab.snapshot.connected).toBe(true);
    expect(await guess('fred', PASSWORD)).toBe(true);
  });

  test('who does not exist, the same holds, and no row stays of a name that no address can have', async () => {
    await wrong('nobody', LIMIT + 1);
    for (const user of ['No Body', "x' OR '1'='1", '%', '\\40', 'ü']) await wrong(user, 1);
    const database = await ours();
    const [rows] = await database.query<RowDataPacket[]>('SELECT user_id, tries FROM im_auth_failures');
    await database.end();
    expect(rows.filter(({ tries }) => Number(tries) > 1)).toEqual([{ user_id: 'nobody', tries: LIMIT + 1 }]);
    expect(rows.map((row) => String(row['user_id'])).filter((name) => name !== name.toLowerCase())).toEqual(
      [],
    );
  });
});

describe('of one client address', () => {
  test('twenty wrong passwords, of whomever, ban it, and neither the bridge nor another address', async () => {
    const { field } = used;
    const open = await field.attacker('fred');
    for (let i = 0; i < 20; i += 1) {
      const socket = field.keep(await RawSocket.open({ ...field.plain, localAddress: '127.0.0.2' }));
      await socket.auth({ user: `someone${i % 5}`, password: 'guess' });
    }
    const banned = field.keep(RawSocket.connect({ ...field.plain, localAddress: '127.0.0.2' }));
    banned.write(
      `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='${field.domain}' version='1.0'>`,
    );
    expect(await banned.ended()).toMatch(/policy-violation.*Too many \(20\) failed authentications/s);
    expect(await guess('fred', PASSWORD, '127.0.0.3')).toBe(true);
    expect(await guess('fred', PASSWORD)).toBe(true);
    expect(await open.barrier()).toBe(true);
    expect((await field.victim.person.openTab()).snapshot.connected).toBe(true);
    expect(await field.stack.ejabberd.api('unban_ip', { address: '127.0.0.2' })).toEqual({ unbanned: 1 });
    expect(await guess('fred', PASSWORD, '127.0.0.2')).toBe(true);
  });

  test('the bridge’s is never banned, however many tickets or passwords from there are wrong', async () => {
    for (let i = 0; i < 40; i += 1) await wrong(`somebody${i}`, 1);
    expect(await guess('fred', PASSWORD)).toBe(true);
    expect((await used.field.victim.person.openTab()).snapshot.connected).toBe(true);
  });
});

describe('by a process of its own', () => {
  const scripts: AuthScript[] = [];
  afterEach(async () => {
    await Promise.all(scripts.splice(0).map((script) => script.end()));
  });

  /** On the settings of the stack, or with another database for the count. */
  function start(name: string, database?: string): AuthScript {
    const { dir } = used.field.stack.plan;
    const settings = parse(readFileSync(join(dir, 'im-bridge.yml'), 'utf8')) as { mysql: object };
    const own = join(dir, `${name}.yml`);
    const account = database === undefined ? settings.mysql : { ...settings.mysql, database };
    writeFileSync(own, stringify({ ...settings, mysql: account }), { mode: 0o600 });
    mkdirSync(join(dir, name), { recursive: true });
    const script = new AuthScript(join(dir, `${name}.log`), ['--config', own], {
      IM_METRICS_DIR: join(dir, name),
    });
    scripts.push(script);
    return script;
  }
  const auth = (script: AuthScript, user: string, password: string): Promise<boolean> =>
    script.auth(user, password, used.field.domain);

  test('the log says who is guessed at and no password, and a metric how often', async () => {
    const { dir } = used.field.stack.plan;
    const script = start('told');
    for (let i = 0; i < LIMIT + 2; i += 1) expect(await auth(script, 'mal', `gUeSs-${i}`)).toBe(false);
    expect(script.log.match(/"level":40.*"user":"mal".*too many wrong passwords/g)).toHaveLength(2);
    expect(script.log).not.toContain('gUeSs');
    const file = join(dir, 'told', `im-auth-${script.pid}-answers.prom`);
    const text = await waitUntil('metrics', () => existsSync(file) && readFileSync(file, 'utf8'));
    expect(text).toMatch(/im_auth_total\{operation="auth",outcome="limited",process="\d+"\} 2/);
  });

  test('while the shared count does not answer, the process counts for itself, and not tickets', async () => {
    const script = start('alone', 'no_such_database');
    for (let i = 0; i < LIMIT; i += 1) expect(await auth(script, 'mal', `guess ${i}`)).toBe(false);
    expect(await auth(script, 'mal', PASSWORD)).toBe(false);
    expect(script.log).toContain('"outcome":"limited"');
    expect(script.log).toContain('counted by each process for itself');
    expect(await auth(script, 'fred', PASSWORD)).toBe(true);
    const { ticket } = loadConfig(join(used.field.stack.plan.dir, 'im-bridge.yml'));
    for (let i = 0; i < 3 * LIMIT; i += 1)
      expect(await auth(script, 'mal', await mintTicket(ticket, 'mal'))).toBe(true);
  });
});
