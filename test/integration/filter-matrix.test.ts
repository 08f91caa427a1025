/**
 * Who may send what to whom: each cell of the matrix (filter-matrix/table.ts) on a whole real stack. Of each, both
 * sides are looked at, and a later stanza, not a time, proves that nothing came.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import type { RowDataPacket } from 'mysql2';
import { SENDER, startCast, WITNESS, type Cast } from './filter-matrix/cast.ts';
import { KINDS, type Kind } from './filter-matrix/kinds.ts';
import { addressOf, nextLogin, observe } from './filter-matrix/observe.ts';
import { ADDRESSINGS, idOf, nameOf, RECEIVERS, type Relation } from './filter-matrix/receivers.ts';
import { expected, isOther, MATRIX } from './filter-matrix/table.ts';

const ROSTER = 'jabber:iq:roster';
const MAM = 'urn:xmpp:mam:2';
const NOT_FRIENDS = ['stranger', 'former friend'] as const satisfies readonly Relation[];
const kinds = Object.keys(KINDS) as Kind[];

let cast: Cast;
let rosterBefore: string[];

beforeAll(async () => {
  cast = await startCast();
  rosterBefore = await roster();
}, 120_000);
afterAll(() => cast.stop(), 60_000);

async function roster(): Promise<string[]> {
  const answer = await cast.sender.iq('get', xml('query', { xmlns: ROSTER }));
  return (answer.getChild('query')?.getChildren('item') ?? []).map(String).sort();
}

const cells = RECEIVERS.flatMap((receiver) => ADDRESSINGS.map((by) => ({ receiver, by })));

describe.each(kinds)('%s', (kind) => {
  test.each(
    cells.map(({ receiver, by }) => ({
      receiver,
      by,
      name: nameOf(receiver),
      outcome: expected(MATRIX[kind], receiver, by),
    })),
  )('to $name ($by address): $outcome', async ({ receiver, by, outcome }) => {
    const seen = await observe(cast, KINDS[kind], receiver, by);
    expect(seen.outcome).toBe(outcome);
    if (!isOther(receiver)) return;
    const nobody = await observe(cast, KINDS[kind], { who: 'nobody' }, by);
    expect(seen.answers).toBe(nobody.answers); // no way to tell whether an account exists, or is online
    expect(seen.traces).toEqual([]);
  });
});

describe('when all of it has been sent', () => {
  test.each(NOT_FRIENDS)('nothing of it is kept for a %s until their next login', async (relation) => {
    expect(await nextLogin(cast, idOf(relation, 'offline'), 'last')).toEqual([]);
  });

  test.each(NOT_FRIENDS)('the tab of a %s has seen nothing of the sender', async (relation) => {
    const { tab, wire } = cast.web.get(relation) ?? noTab();
    cast.witness.chat(wire.address, 'a later word');
    await tab.sees('the later word', () => tab.bodies(WITNESS).includes('a later word'));
    const about = tab.events.filter((event) => JSON.stringify(event).includes(`"${SENDER}"`));
    expect(about.filter(({ type }) => type !== 'roster' && type !== 'presence')).toEqual([]);
    expect(tab.show(SENDER)).toBeUndefined();
    expect(tab.bodies(SENDER)).toEqual([]);
  });

  test('the tab of a friend has seen the messages', () => {
    const { tab } = cast.web.get('friend') ?? noTab();
    expect(tab.bodies(SENDER)).toContain('a word');
  });

  test('the roster is as it was', async () => {
    expect(await roster()).toEqual(rosterBefore);
  });

  test('an archive query to a friend is answered from the sender’s own archive', async () => {
    const to = addressOf(cast, { who: 'person', relation: 'friend', state: 'online' }, 'bare');
    const from = cast.sender.seen.length;
    const answer = await cast.sender.iq('set', xml('query', { xmlns: MAM, queryid: 'of-a-friend' }), to);
    const results = cast.sender.seen.slice(from).flatMap((stanza) => stanza.getChild('result', MAM) ?? []);
    const [rows] = await cast.database.query<RowDataPacket[]>(
      'SELECT CAST(timestamp AS CHAR) AS id FROM archive WHERE username = ?',
      [SENDER],
    );
    const own = rows.map((row) => String(row['id']));
    expect(answer.attrs['type']).toBe('result');
    expect(results.length).toBeGreaterThan(0);
    expect(own).toEqual(expect.arrayContaining(results.map(({ attrs }) => String(attrs['id']))));
  });
});

test.each(kinds)('a former friend can’t send back either: %s', async (kind) => {
  const former = cast.online.get('former friend') ?? noTab();
  const [before, seenBefore] = [former.seen.length, cast.sender.seen.length];
  for (const [index, to] of [`${SENDER}@${cast.stack.plan.domain}`, cast.sender.address].entries()) {
    const stanza = KINDS[kind]();
    Object.assign(stanza.attrs, { to, id: `back-${index}` });
    former.send(stanza);
  }
  await ping(former);
  await ping(cast.sender);
  const answers = former.seen.slice(before).filter(isNoAnswerToPing).map(conditionOf);
  const refused = MATRIX[kind].others !== 'silent';
  expect(answers).toEqual(refused ? ['not-allowed', 'not-allowed'] : []);
  expect(cast.sender.seen.slice(seenBefore).filter(isNoAnswerToPing)).toEqual([]);
});

const ping = (client: Cast['sender']): Promise<Element> =>
  client.iq('get', xml('ping', { xmlns: 'urn:xmpp:ping' }));
const isNoAnswerToPing = ({ attrs }: Element): boolean => !String(attrs['id']).startsWith('iq-');
const conditionOf = (stanza: Element): string | undefined =>
  stanza.getChild('error')?.getChildElements()[0]?.name;

function noTab(): never {
  throw new Error('the cast is not complete');
}
