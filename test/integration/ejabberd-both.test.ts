/** mod_archive_site on a real ejabberd: both archives have a message or neither, whatever dies or stalls when. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import type { RowDataPacket } from 'mysql2/promise';
import { parse, stringify } from 'yaml';
import type { NativeClient } from '../support/native-client.ts';
import { whileStopped } from '../support/stopped.ts';
import { waitUntil } from '../support/wait-until.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();
const ARCHIVED = 'urn:im-bridge:archived:0';
const SID = 'urn:xmpp:sid:0';
const PING = xml('ping', { xmlns: 'urn:xmpp:ping' });

const saying = (body: string) => (stanza: Element) => stanza.getChildText('body') === body;
const timesSeen = (client: NativeClient, body: string): number => client.seen.filter(saying(body)).length;
const stanzaIdIn = (stanza: Element): unknown => stanza.getChild('stanza-id', SID)?.attrs['id'];
const minuteAgo = (): string => new Date(Date.now() - 60_000).toISOString();

async function present(user: string): Promise<NativeClient> {
  const client = await core.login(user);
  client.presence();
  await client.iq('get', PING, core.domain);
  return client;
}

const people = async (): Promise<[NativeClient, NativeClient]> => [
  await present('alice'),
  await present('bob'),
];

let sent = 0;

/** To bob, with its body as origin-id. The id of the stanza. */
function send(alice: NativeClient, body: string, more: Record<string, string> = {}): string {
  const id = `sent-${++sent}`;
  const origin = xml('origin-id', { xmlns: SID, id: body });
  const tell = xml('tell', { xmlns: ARCHIVED, ...more });
  alice.send(
    xml('message', { to: core.addressOf('bob'), id, type: 'chat' }, xml('body', {}, body), origin, tell),
  );
  return id;
}

const sendAgain = (alice: NativeClient, body: string): string =>
  send(alice, body, { again: 'true', since: minuteAgo() });

/** What becomes of it: the id in the sender's archive, or the condition of the refusal. */
async function answer(alice: NativeClient, body: string, id: string): Promise<string> {
  const told = (stanza: Element): Element | undefined => stanza.getChild('archived', ARCHIVED);
  const isIt = (stanza: Element): boolean =>
    told(stanza)?.attrs['origin-id'] === body || stanza.attrs['id'] === id;
  const element = await alice.waitFor(isIt, `an answer to ${body}`);
  return String(told(element)?.attrs['id'] ?? element.getChild('error')?.getChildElements()[0]?.name);
}

async function rows(sql: string, values: readonly unknown[] = []): Promise<RowDataPacket[]> {
  const database = await core.database();
  try {
    return (await database.query<RowDataPacket[]>(sql, [...values]))[0];
  } finally {
    await database.end();
  }
}

/** The owners of its copies, and their ids. */
async function copiesOf(body: string): Promise<Record<string, unknown>[]> {
  const found = await rows('SELECT username, timestamp FROM archive WHERE txt = ? ORDER BY username', [body]);
  return found.map(({ username, timestamp }) => ({ username: String(username), id: String(timestamp) }));
}

const ownersOf = async (body: string): Promise<unknown[]> =>
  (await copiesOf(body)).map(({ username }) => username);

/** While a backup reads the table, INSERTs stall and SELECTs do not; while it is written, both do. */
async function whileLocked<T>(work: () => Promise<T>, how: 'READ' | 'WRITE' = 'READ'): Promise<T> {
  const database = await core.database();
  await database.query(`LOCK TABLES archive ${how}`);
  try {
    return await work();
  } finally {
    await database.query('UNLOCK TABLES');
    await database.end();
  }
}

/** What a trigger does while it runs is what is shown in place of the INSERT. */
const INSERTING = `SELECT time FROM information_schema.processlist
  WHERE (info LIKE 'INSERT INTO archive%' OR info LIKE 'DO SLEEP%') AND time >= ?`;

/** While the receiver's row is written. */
async function withTrigger(statement: string, work: () => Promise<void>): Promise<void> {
  await rows(`CREATE TRIGGER bobs BEFORE INSERT ON archive FOR EACH ROW
    IF NEW.username = 'bob' THEN ${statement}; END IF`);
  try {
    await work();
  } finally {
    await rows('DROP TRIGGER bobs');
  }
}

async function stalledFor(seconds: number): Promise<void> {
  await waitUntil(`an INSERT that stalls for ${seconds} s`, async () => {
    return (await rows(INSERTING, [seconds])).length > 0;
  });
}

/** All INSERTs have ended, well or not. */
const noneStalled = (): Promise<boolean> =>
  waitUntil('all INSERTs to end', async () => (await rows(INSERTING, [0])).length === 0);

async function withOption(name: string, value: unknown, work: () => Promise<void>): Promise<void> {
  const path = join(core.dir, 'ejabberd/ejabberd.yml');
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, stringify({ ...(parse(before) as object), [name]: value }));
  await core.ejabberd.api('reload_config');
  try {
    await work();
  } finally {
    writeFileSync(path, before);
    await core.ejabberd.api('reload_config');
  }
}

test('each session of the receiver gets it with the id of the receiver’s archive', async () => {
  const [alice, bob] = await people();
  const other = await present('bob');
  const own = await answer(alice, 'hello', send(alice, 'hello'));
  const ids = [
    stanzaIdIn(await bob.waitFor(saying('hello'))),
    stanzaIdIn(await other.waitFor(saying('hello'))),
  ];
  const copies = await copiesOf('hello');
  expect(copies).toEqual([
    { username: 'alice', id: own },
    { username: 'bob', id: ids[0] },
  ]);
  expect(ids[1]).toBe(ids[0]);
});

test('what the receiver’s archive can’t take is in no archive, and the sender is told so', async () => {
  const [alice, bob] = await people();
  await withTrigger(`SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no room'`, async () => {
    expect(await answer(alice, 'half', send(alice, 'half'))).toBe('resource-constraint');
  });
  expect(await ownersOf('half')).toEqual([]);
  expect(await answer(alice, 'half', sendAgain(alice, 'half'))).toMatch(/^\d+$/);
  await bob.waitFor(saying('half'));
  expect(await ownersOf('half')).toEqual(['alice', 'bob']);
  expect(timesSeen(bob, 'half')).toBe(1);
});

test('what a privacy list refuses is not in the receiver’s archive', async () => {
  const [alice, bob] = await people();
  const item = xml('item', { jid: core.addressOf('alice') });
  for (const blocker of ['receiver', 'sender']) {
    const [client, jid] = blocker === 'receiver' ? [bob, 'alice'] : [alice, 'bob'];
    item.attrs['jid'] = core.addressOf(jid);
    await client.iq('set', xml('block', { xmlns: 'urn:xmpp:blocking' }, item));
    const id = send(alice, `blocked by ${blocker}`);
    await alice.waitFor((stanza) => stanza.attrs['id'] === id && stanza.attrs['type'] === 'error');
    await client.iq('set', xml('unblock', { xmlns: 'urn:xmpp:blocking' }));
    expect(await ownersOf(`blocked by ${blocker}`)).toEqual(['alice']);
  }
  expect(timesSeen(bob, 'blocked by receiver') + timesSeen(bob, 'blocked by sender')).toBe(0);
});

test('a message that ejabberd died over between the two copies is in neither archive, and sent again', async () => {
  const [alice] = await people();
  await withTrigger('DO SLEEP(8)', async () => {
    send(alice, 'killed');
    await stalledFor(1);
    await core.restartEjabberd('kill');
    await noneStalled();
  });
  expect(await ownersOf('killed')).toEqual([]); // the transaction went with its connection
  const [next, bob] = await people();
  expect(await answer(next, 'killed', sendAgain(next, 'killed'))).toMatch(/^\d+$/);
  await bob.waitFor(saying('killed'));
  expect(await ownersOf('killed')).toEqual(['alice', 'bob']);
});

test('the same when the database hung altogether', async () => {
  const [alice] = await people();
  await whileStopped(core.mariadb, async () => {
    send(alice, 'hung');
    await core.ejabberd.kill();
  });
  await core.restartEjabberd('kill');
  const [next, bob] = await people();
  expect(await answer(next, 'hung', sendAgain(next, 'hung'))).toMatch(/^\d+$/);
  await bob.waitFor(saying('hung'));
  expect(await ownersOf('hung')).toEqual(['alice', 'bob']);
  expect(timesSeen(bob, 'hung')).toBe(1);
});

test('a database that died over it has both copies or none, and takes it once when it is back', async () => {
  const [alice, bob] = await people();
  const ids = Array.from({ length: 20 }, (_, i) => [`crash ${i}`, send(alice, `crash ${i}`)] as const);
  await core.restartMariadb();
  for (const [body, id] of ids) {
    const first = await answer(alice, body, id);
    const taken = /^\d+$/.test(first);
    // A COMMIT may have come through, and its answer not.
    expect(taken ? [['alice', 'bob']] : [[], ['alice', 'bob']]).toContainEqual(await ownersOf(body));
    if (!taken) {
      await waitUntil(`${body} to be taken`, async () =>
        (await answerTo(alice, body, sendAgain(alice, body))).startsWith('1'),
      );
    }
    await bob.waitFor(saying(body));
    expect(await ownersOf(body)).toEqual(['alice', 'bob']);
    expect(timesSeen(bob, body)).toBe(1);
  }
}, 120_000);

/** The answer to this very stanza, where there were others before. */
async function answerTo(alice: NativeClient, body: string, id: string): Promise<string> {
  const from = alice.seen.length;
  await alice.iq('get', PING, core.domain);
  const said = alice.seen.slice(from);
  const refused = said.find((stanza) => stanza.attrs['id'] === id);
  const told = said.map((stanza) => stanza.getChild('archived', ARCHIVED)?.attrs);
  return String(told.find((attrs) => attrs?.['origin-id'] === body)?.['id'] ?? refused?.attrs['type']);
}

test('what is sent again while the first is still being stored is refused for now, and there once', async () => {
  const [alice, bob] = await people();
  const other = await present('alice');
  await whileLocked(async () => {
    send(alice, 'slow');
    await stalledFor(0);
    for (const once of [sendAgain, send]) {
      expect(await answer(other, 'slow', once(other, 'slow'))).toBe('resource-constraint');
    }
  });
  const first = await answer(alice, 'slow', 'none');
  await bob.waitFor(saying('slow'));
  expect(await answerTo(other, 'slow', sendAgain(other, 'slow'))).toBe(first);
  await bob.iq('get', PING, core.domain);
  expect(await ownersOf('slow')).toEqual(['alice', 'bob']);
  expect(timesSeen(bob, 'slow')).toBe(1);
});

const LOOKING = `SELECT id FROM information_schema.processlist
  WHERE info LIKE 'SELECT%archive%' AND state LIKE 'Waiting for table%'`;

test('an original that comes while its repetition is still being looked for is refused for now, and there once', async () => {
  const [alice, bob] = await people();
  const hung = await present('alice');
  await whileLocked(async () => {
    sendAgain(alice, 'overtaken');
    await waitUntil('the look-up', async () => (await rows(LOOKING)).length > 0);
    expect(await answer(hung, 'overtaken', send(hung, 'overtaken'))).toBe('resource-constraint');
  }, 'WRITE');
  expect(await answer(alice, 'overtaken', 'none')).toMatch(/^\d+$/);
  await bob.waitFor(saying('overtaken'));
  expect(await ownersOf('overtaken')).toEqual(['alice', 'bob']);
  expect(timesSeen(bob, 'overtaken')).toBe(1);
});

test('what comes through too late to be answered is not stored behind the refusal', async () => {
  await withOption('sql_query_timeout', 8, async () => {
    const [alice, bob] = await people();
    const stalled = await whileLocked(async () => {
      const later = send(alice, 'later');
      await stalledFor(5);
      return later;
    });
    expect(await answer(alice, 'later', stalled)).toBe('resource-constraint');
    await noneStalled();
    expect(await ownersOf('later')).toEqual([]);
    expect(timesSeen(bob, 'later')).toBe(0);
  });
});

test('after a restart it goes out again with the id that it has', async () => {
  const [alice, bob] = await people();
  await answer(alice, 'known', send(alice, 'known'));
  const first = stanzaIdIn(await bob.waitFor(saying('known')));
  await core.restartEjabberd('stop');
  const [next, back] = await people();
  await answer(next, 'known', sendAgain(next, 'known'));
  expect(stanzaIdIn(await back.waitFor(saying('known')))).toBe(first);
  await answerTo(next, 'known', sendAgain(next, 'known')); // and no more
  await back.iq('get', PING, core.domain);
  expect(timesSeen(back, 'known')).toBe(1);
  expect(await ownersOf('known')).toEqual(['alice', 'bob']);
});

test('what was stored before a friendship ended is told as stored when it is sent again, and goes out no more', async () => {
  const [alice, bob] = await people();
  const first = await answer(alice, 'former', send(alice, 'former'));
  await bob.waitFor(saying('former'));
  let tries = 0;
  const isTaken = async (): Promise<boolean> => {
    const body = `now ${++tries}`;
    return (await answerTo(alice, body, send(alice, body))) !== 'error';
  };
  await core.unfriend('alice', 'bob');
  await waitUntil('them to be friends no more', async () => !(await isTaken()));
  expect(await answerTo(alice, 'former', sendAgain(alice, 'former'))).toBe(first);
  expect(await answerTo(alice, 'never', sendAgain(alice, 'never'))).toBe('error');
  await bob.iq('get', PING, core.domain);
  expect([timesSeen(bob, 'former'), timesSeen(bob, 'never')]).toEqual([1, 0]);
  expect(await ownersOf('never')).toEqual([]);
  await core.befriend('alice', 'bob');
  await waitUntil('them to be friends again', isTaken);
});
