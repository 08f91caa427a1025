import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MysqlConfig } from '../../bridge/config/schema.ts';
import { metrics } from '../../bridge/metrics.ts';
import { PoolClosed, PoolQueueFull, PoolTimeout, QueryFailed } from '../../bridge/mysql/errors.ts';
import { MysqlPool } from '../../bridge/mysql/pool.ts';
import { ensureDatabase, startMariadb, type Mariadb } from '../support/mariadb.ts';
import { freePort } from '../support/ports.ts';
import { whileStopped } from '../support/stopped.ts';
import { waitUntil } from '../support/wait-until.ts';
import { noLog as log } from '../support/no-log.ts';

const DEFAULTS: MysqlConfig['pool'] = { size: 4, queue: 100, acquireTimeout: 2, queryTimeout: 5 };

let dir: string;
let mariadb: Mariadb;
const pools: MysqlPool[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'im-pool-'));
  mariadb = await startMariadb({ dir, port: await freePort() });
  await ensureDatabase(mariadb, 'pool');
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

afterAll(async () => {
  await mariadb.kill();
  await rm(dir, { recursive: true });
});

function openPool(limits: Partial<MysqlConfig['pool']> = {}, change: Partial<MysqlConfig> = {}): MysqlPool {
  const { host, port, user, password } = mariadb;
  const account = { host, port, user, password, database: 'pool', ...change };
  const pool = new MysqlPool('test', { ...account, pool: { ...DEFAULTS, ...limits } }, log);
  pools.push(pool);
  return pool;
}

async function faultOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function threads(pool: MysqlPool): Promise<number> {
  const { rows } = await pool.execute(
    'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE db = ?',
    ['pool'],
  );
  return Number(rows[0]?.['n']);
}

/** By all pools of this file together. */
async function queriesGivenUp(): Promise<number> {
  const { values } = await metrics.poolTimeouts.get();
  const given = values.filter(({ labels }) => labels.reason === 'query').map(({ value }) => value);
  return given.reduce((sum, value) => sum + value, 0);
}

const sleep = (pool: MysqlPool, seconds: number, timeout?: number): Promise<unknown> =>
  pool.execute('SELECT SLEEP(?)', [seconds], timeout === undefined ? {} : { timeout });

describe('a pool', () => {
  test('runs as many queries at once as it has connections', async () => {
    const pool = openPool({ size: 8 });
    await pool.execute('SELECT 1');
    const all = Promise.all(Array.from({ length: 8 }, () => sleep(pool, 0.5)));
    await waitUntil('eight at once', () => pool.state.inUse === 8 && pool.state.waiting === 0);
    await all;
    expect(await threads(pool)).toBe(8);
  });

  test('opens no more connections than its size, and the others wait for their turn', async () => {
    const pool = openPool({ size: 2 });
    const all = Promise.all(Array.from({ length: 6 }, () => sleep(pool, 0.3)));
    await waitUntil('two at work', () => pool.state.inUse === 2 && pool.state.waiting === 4);
    await all;
    expect(await threads(pool)).toBe(2);
  });

  test('gives rows, and what a change did', async () => {
    const pool = openPool();
    await pool.execute(
      'CREATE OR REPLACE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50), n DOUBLE)',
    );
    const { affectedRows, insertId } = await pool.execute('INSERT INTO t (name, n) VALUES (?, ?), (?, ?)', [
      'Zoë 😀',
      1.5,
      null,
      2,
    ]);
    expect({ affectedRows, insertId }).toEqual({ affectedRows: 2, insertId: 1 });
    const { rows } = await pool.execute('SELECT * FROM t ORDER BY id LIMIT ? OFFSET ?', [1, 0]);
    expect(rows).toEqual([{ id: 1, name: 'Zoë 😀', n: 1.5 }]);
  });

  test('takes strings, numbers and null as parameters, and nothing else', async () => {
    const pool = openPool();
    for (const value of [undefined, {}, [], true, Number.NaN, Symbol('x'), 1n, new Date()]) {
      await expect(pool.execute('SELECT ?', [value as never])).rejects.toThrow(TypeError);
    }
  });

  test('runs one statement at a time: a second one in the same text is refused', async () => {
    const pool = openPool();
    await expect(pool.execute('SELECT 1; SELECT 2')).rejects.toThrow(QueryFailed);
  });

  test('tells who waited in vain for a connection how long, for what, and how full it was', async () => {
    const pool = openPool({ size: 1, acquireTimeout: 0.2 });
    const busy = sleep(pool, 0.6);
    const fault = await faultOf(sleep(pool, 0));
    expect(fault).toBeInstanceOf(PoolTimeout);
    expect(fault).toMatchObject({ waitedFor: 'connection', state: { inUse: 1, limit: 1 } });
    expect((fault as Error).message).toMatch(/waited 0\.2\d s for a connection, to run: SELECT SLEEP/);
    expect((fault as Error).stack).toMatch(/sleep.*pool\.test\.ts/);
    await busy;
  });

  test('ends a query that takes too long, and its connection with it', async () => {
    const pool = openPool({ size: 1, queryTimeout: 0.2 });
    const before = await queriesGivenUp();
    const fault = await faultOf(sleep(pool, 5));
    expect(fault).toMatchObject({ name: 'PoolTimeout', waitedFor: 'query' });
    expect((fault as Error).stack).toMatch(/sleep.*pool\.test\.ts/);
    const { rows } = await pool.execute("SELECT 'clean' AS answer");
    expect(rows).toEqual([{ answer: 'clean' }]);
    expect(await queriesGivenUp()).toBe(before + 1);
  });

  test('has the server stop a query that nobody waits for any more', async () => {
    const pool = openPool({ size: 2, queryTimeout: 0.2 });
    await faultOf(sleep(pool, 30));
    const left = 'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE ? AND db = ?';
    await waitUntil('the server to stop it', async () => {
      const { rows } = await pool.execute(left, ['SELECT SLEEP%', 'pool']);
      return Number(rows[0]?.['n']) === 0;
    });
  });

  test("keeps a caller's own deadline over wait and query", async () => {
    const pool = openPool({ size: 1 });
    const faults = await Promise.all([1, 2].map(() => faultOf(sleep(pool, 1000, 0.3))));
    for (const fault of faults) expect(fault).toBeInstanceOf(PoolTimeout);
  });

  test('refuses at once when too many wait', async () => {
    const pool = openPool({ size: 1, queue: 2 });
    const busy = [sleep(pool, 0.3), sleep(pool, 0), sleep(pool, 0)];
    const fault = await faultOf(sleep(pool, 0));
    expect(fault).toBeInstanceOf(PoolQueueFull);
    expect(fault).toMatchObject({ state: { waiting: 2 } });
    await Promise.all(busy);
    expect(pool.state).toMatchObject({ inUse: 0, waiting: 0 });
  });

  test('keeps its connection after a refused statement, and says what was wrong', async () => {
    const pool = openPool({ size: 1 });
    const id = async (): Promise<unknown> =>
      (await pool.execute('SELECT CONNECTION_ID() AS id')).rows[0]?.['id'];
    const before = await id();
    await expect(pool.execute('SELECT nothing FROM nowhere')).rejects.toMatchObject({
      name: 'QueryFailed',
      code: 'ER_NO_SUCH_TABLE',
    });
    expect(await id()).toBe(before);
  });

  test('comes back after connections could not be opened', async () => {
    const pool = openPool({ size: 2 }, { port: await freePort() });
    for (let i = 0; i < 5; i += 1) {
      await expect(pool.execute('SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    }
    const wrong = openPool({ size: 2 }, { password: 'wrong' });
    for (let i = 0; i < 5; i += 1) {
      await expect(wrong.execute('SELECT 1')).rejects.toMatchObject({ code: 'ER_ACCESS_DENIED_ERROR' });
    }
    expect([pool.state.inUse, wrong.state.inUse]).toEqual([0, 0]);
  });

  test('tells callers of a closed pool so, and ends those under way', async () => {
    const pool = openPool();
    const busy = faultOf(sleep(pool, 1000));
    await waitUntil(
      'the query to run',
      async () => pool.state.inUse === 1 && (await threads(openPool())) >= 2,
    );
    await pool.close();
    expect(await busy).toBeInstanceOf(PoolClosed);
    await expect(pool.execute('SELECT 1')).rejects.toThrow(PoolClosed);
  });

  test('answers in time while the server hangs, and works again when it goes on', async () => {
    const pool = openPool({ size: 3, acquireTimeout: 0.4, queryTimeout: 0.4 });
    await pool.execute('SELECT 1'); // one open connection, two to be opened
    await whileStopped(mariadb, async () => {
      const faults = await Promise.all(Array.from({ length: 9 }, () => faultOf(pool.execute('SELECT 1'))));
      for (const fault of faults) expect([PoolTimeout, QueryFailed]).toContain((fault as Error).constructor);
    });
    const works = (): Promise<boolean> => pool.execute('SELECT 1').then(() => true);
    await waitUntil('the pool to work again', works);
    await waitUntil('all turns to be given back', () => pool.state.inUse === 0);
    const all = Promise.all([1, 2, 3].map(() => sleep(pool, 0.3)));
    await waitUntil('three at once', () => pool.state.inUse === 3 && pool.state.waiting === 0);
    await all;
  });

  test('works again after the server was killed and started, with the data', async () => {
    const pool = openPool();
    await pool.execute('CREATE OR REPLACE TABLE kept (id INT PRIMARY KEY)');
    await pool.execute('INSERT INTO kept VALUES (?)', [7]);
    await mariadb.kill();
    await expect(pool.execute('SELECT 1')).rejects.toThrow(QueryFailed);
    mariadb = await startMariadb({ dir, port: mariadb.port });
    expect((await pool.execute('SELECT id FROM kept')).rows).toEqual([{ id: 7 }]);
  });
});
