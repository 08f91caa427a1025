/** A worker follows the rules of the roll-out: who is taken out loses the session; what can't be known changes nothing. */
import { expect, test } from '@jest/globals';
import { EVERYBODY, type RolloutRules } from '../../../bridge/rollout/chosen.ts';
import { Rollout } from '../../../bridge/rollout/rollout.ts';
import type { Live } from '../../../bridge/session/live.ts';
import { noLog } from '../../support/no-log.ts';

interface World {
  rules: RolloutRules;
  list: Map<string, boolean>;
  /** Whom the site lets in; undefined: it does not answer. */
  site: Set<string> | undefined;
  readonly here: Set<string>;
  readonly dismissed: string[];
}

function worldWith(...here: string[]): World {
  return { rules: EVERYBODY, list: new Map(), site: new Set(), here: new Set(here), dismissed: [] };
}

const later = <T>(value: () => T): Promise<T> => Promise.resolve().then(value);

async function rolloutIn(world: World): Promise<Rollout> {
  const rollout = new Rollout({
    source: { rules: () => later(() => world.rules), list: () => later(() => world.list) },
    askSite: (user) => {
      const { site } = world;
      return site === undefined
        ? Promise.reject(new Error('the site is away'))
        : Promise.resolve(site.has(user));
    },
    sessions: {
      get all() {
        return [...world.here].map((user) => ({ session: { user } }) as Live);
      },
      dismiss: (user, reason) => {
        world.dismissed.push(`${user} ${reason}`);
        return Promise.resolve(world.here.delete(user));
      },
    },
    log: noLog,
  });
  await rollout.begin();
  rollout.end();
  return rollout;
}

const change = (world: World, rules: Partial<RolloutRules>): void => {
  world.rules = { ...world.rules, ...rules, version: world.rules.version + 1 };
};

test('who is taken out is sent away, and nobody else', async () => {
  const world = worldWith('alice', 'bob');
  const rollout = await rolloutIn(world);
  await rollout.look();
  expect(world.dismissed).toEqual([]);
  world.list = new Map([['bob', false]]);
  change(world, {});
  await rollout.look();
  expect(world.dismissed).toEqual(['bob removed']);
  expect([await rollout.has('alice'), await rollout.has('bob')]).toEqual([true, false]);
});

test('a session that was being opened at a change is found in the next look', async () => {
  const world = worldWith('alice');
  const rollout = await rolloutIn(world);
  change(world, { percent: 0 });
  await rollout.look();
  world.here.add('late');
  await rollout.look();
  expect(world.dismissed).toEqual(['alice removed', 'late removed']);
});

test('where the site decides, who it does not let in is sent away; when it does not answer, nobody is', async () => {
  const world = worldWith('alice', 'bob');
  const rollout = await rolloutIn(world);
  change(world, { by: 'site' });
  world.site = undefined;
  await rollout.look();
  expect(world.dismissed).toEqual([]);
  await expect(rollout.has('alice')).rejects.toThrow('the site is away');
  world.site = new Set(['alice']);
  await rollout.look();
  expect(world.dismissed).toEqual(['bob removed']);
});

test('the site is asked about each session now and then, so that its no is heard later too', async () => {
  const world = worldWith('alice', 'bob');
  world.site = new Set(['alice', 'bob']);
  const rollout = await rolloutIn(world);
  change(world, { by: 'site' });
  for (let look = 0; look < 3; look += 1) await rollout.look();
  world.site = new Set(['alice']);
  for (let look = 0; look < 120; look += 1) await rollout.look();
  expect(world.dismissed).toEqual(['bob removed']);
});

test('rules that can not be read are told, and stay as they were', async () => {
  const world = worldWith('alice');
  const rollout = await rolloutIn(world);
  Object.defineProperty(world, 'rules', {
    get: () => {
      throw new Error('no database');
    },
  });
  await expect(rollout.look()).rejects.toThrow('no database');
  expect([await rollout.has('alice'), world.dismissed]).toEqual([true, []]);
});
