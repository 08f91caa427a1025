/** The small parts of the site's API, each alone. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Breaker } from '../../bridge/site/breaker.ts';
import { RetryBudget } from '../../bridge/site/retry-budget.ts';
import { sampleStatement } from '../../bridge/site/sample-statement.ts';
import { checkApi } from '../../bridge/site/start-check.ts';
import { demoQueries } from '../demo/site/queries.ts';

describe('the circuit breaker', () => {
  const build = (failures = 3, random = 0): { breaker: Breaker; wait: (ms: number) => void } => {
    let now = 0;
    const breaker = new Breaker({ failures, pause: 1000, clock: () => now, random: () => random });
    return { breaker, wait: (ms) => void (now += ms) };
  };

  test('opens after so many failures in a row, and not after as many with a success between', () => {
    const { breaker } = build();
    for (const well of [false, false, true, false, false]) {
      expect(breaker.admits()).toBe(true);
      if (well) breaker.succeeded();
      else breaker.failed();
    }
    expect(breaker.state).toBe('closed');
    breaker.failed();
    expect([breaker.state, breaker.admits()]).toEqual(['open', false]);
  });

  test('admits one when its pause is over, and all when that one succeeded', () => {
    const { breaker, wait } = build(1);
    breaker.failed();
    wait(999);
    expect(breaker.admits()).toBe(false);
    wait(1);
    expect([breaker.admits(), breaker.admits(), breaker.state]).toEqual([true, false, 'half-open']);
    breaker.succeeded();
    expect([breaker.admits(), breaker.admits()]).toEqual([true, true]);
  });

  test('pauses again when that one failed, and a quarter longer at the most', () => {
    const { breaker, wait } = build(1, 0.999);
    breaker.failed();
    wait(1000);
    expect(breaker.admits()).toBe(false);
    wait(250);
    expect(breaker.admits()).toBe(true);
    breaker.failed();
    expect([breaker.state, breaker.admits()]).toEqual(['open', false]);
  });

  test('is not closed by an answer to a question of before', () => {
    const { breaker } = build(1);
    breaker.failed();
    breaker.succeeded();
    expect(breaker.state).toBe('open');
  });
});

test('retries are a tenth of the questions and ten more, whatever the order', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 500 }), (asking) => {
      const budget = new RetryBudget();
      let asked = 0;
      let spent = 0;
      for (const ask of asking) {
        if (ask) {
          budget.asked();
          asked += 1;
        } else if (budget.spend()) spent += 1;
      }
      expect(spent).toBeLessThanOrEqual(10 + asked / 10);
    }),
  );
});

describe('where a query finds its ids', () => {
  test.each([
    ['SELECT id FROM users WHERE id = ?', 'SELECT `id` AS p0 FROM users LIMIT 1'],
    ['select x from `a`.`b` where `uid`=?', 'SELECT `uid` AS p0 FROM `a`.`b` LIMIT 1'],
    ['SELECT 1 FROM f AS x JOIN users y ON 1 WHERE y.id = ?', 'SELECT `id` AS p0 FROM users LIMIT 1'],
    ['SELECT 1 FROM db.users JOIN f WHERE users.id = ?', 'SELECT `id` AS p0 FROM db.users LIMIT 1'],
    ["SELECT '?' FROM f WHERE a = ? AND b = ?", 'SELECT `a` AS p0, `b` AS p1 FROM f LIMIT 1'],
    [demoQueries.friends, 'SELECT `id` AS p0 FROM users LIMIT 1'],
    [demoQueries.areFriends, 'SELECT `user_id` AS p0, `friend_id` AS p1 FROM friendships LIMIT 1'],
  ])('is read from %s', (sql, statement) => {
    expect(sampleStatement(sql)).toBe(statement);
  });

  test.each(['SELECT 1 FROM f WHERE a.x = ? AND b.y = ?', 'SELECT 1 FROM f WHERE LOWER(a) = ?', 'SELECT ?'])(
    'is not guessed in %s',
    (sql) => {
      expect(sampleStatement(sql)).toBeUndefined();
    },
  );
});

test('a secret that would cross a network in the clear is told', () => {
  const warnings = (url: string): readonly string[] => {
    const breaker = { failures: 1, pause: 1 };
    const limits = { timeout: 1, connections: 1, queue: 1, retries: 1, breaker };
    return checkApi({ api: { url, secret: 'x', ...limits } }).warnings;
  };
  for (const url of [
    'https://www.example.org/api',
    'http://127.0.0.1:1',
    'http://localhost/',
    'http://[::1]/',
  ])
    expect(warnings(url)).toEqual([]);
  for (const url of ['http://www.example.org/api', 'http://127.0.0.1.example.org', 'http://10.0.0.1'])
    expect(warnings(url)).toEqual([expect.stringMatching(/^site\.api\.url: without https/)]);
});
