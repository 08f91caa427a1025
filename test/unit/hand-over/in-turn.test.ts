import { expect, test } from '@jest/globals';
import { InTurn } from '../../../bridge/hand-over/in-turn.ts';

function turns(...users: readonly string[]): InTurn<string> {
  const all = new InTurn<string>();
  for (const user of users) all.put(user, `of ${user}`);
  return all;
}

function order(all: InTurn<string>): string[] {
  const found: string[] = [];
  for (let next = all.next(); next !== undefined; next = all.next()) found.push(next[1]);
  return found;
}

test('everybody has a turn, those first for whom somebody calls', () => {
  const all = turns('alice', 'bob', 'carol', 'dave');
  all.prefer('dave');
  all.prefer('carol');
  all.prefer('dave');
  all.prefer('nobody');
  expect(order(all)).toEqual(['of dave', 'of carol', 'of alice', 'of bob']);
  expect([...all.users]).toEqual([]);
});

test('who is dropped has none, called for or not, and what was put last counts', () => {
  const all = turns('alice', 'bob', 'carol');
  all.prefer('alice');
  all.drop('alice');
  all.drop('bob');
  all.put('carol', 'newer');
  expect(order(all)).toEqual(['newer']);
});
