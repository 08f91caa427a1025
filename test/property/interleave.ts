/** One interleaving: people with pages and native clients, steps at random, then peace, then the checks. */
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom, type Random } from '../support/random.ts';
import type { Stack } from '../support/stack.ts';
import { makePeople, siteDatabase, type Person } from '../support/story.ts';
import type { WireTap } from '../support/wire-tap.ts';
import { check } from './checks.ts';
import { friendsAgain, restart, STEPS } from './steps.ts';
import { pick, World, type Actor, type Fate } from './world.ts';

export interface Outcome {
  readonly steps: number;
  readonly sent: Readonly<Record<Fate, number>>;
}

const BAG = STEPS.flatMap((step) => Array.from({ length: step[0] }, () => step));
/** Of three interleavings, one has a restart of ejabberd in it. */
const RESTARTS = 1 / 3;

/** @throws Error with the seed, the steps, and what did not hold */
export async function interleave(stack: Stack, tap: WireTap, seed: number, steps: number): Promise<Outcome> {
  const random = randomFrom(seed);
  const site = await siteDatabase(stack);
  const { alice, bob, carol } = await makePeople(stack, ['alice', 'bob', 'carol']);
  const actors = [actorOf(alice, bob, carol), actorOf(bob, alice), actorOf(carol, alice)];
  const world = new World({ stack, tap, site, actors, random });
  try {
    for (const actor of actors) for (let i = 0; i < 2; i += 1) await world.open(actor);
    await run(world, steps);
    await settle(world);
    await check(world);
    return { steps, sent: fates(world) };
  } catch (error) {
    const story = world.log.join(', ');
    throw new Error(`seed ${seed}: ${(error as Error).message}\nafter: ${story}`, { cause: error });
  } finally {
    await goHome(world);
    await site.end();
  }
}

function actorOf(person: Person, ...peers: Person[]): Actor {
  return { person, peers: peers.map(({ id }) => id), pages: [], native: undefined, signingIn: undefined };
}

async function run(world: World, steps: number): Promise<void> {
  const { random, actors, log } = world;
  const restartsAt = random() < RESTARTS ? Math.floor(random() * steps) : -1;
  for (let i = 0; i < steps; i += 1) {
    const actor = pick(actors, random);
    const [, name, step, waits] = i === restartsAt ? restartStep(random) : pick(BAG, random);
    log.push(`${actor.person.id} ${name}`);
    const work = step(world, actor);
    if (waits === true) await work;
    else world.begin(`${actor.person.id} ${name}`, work);
    await sleep(random() * 20);
  }
}

function restartStep(random: Random): (typeof STEPS)[number] {
  const how = random() < 0.5 ? 'stop' : 'kill';
  return [0, `ejabberd: ${how}, start`, restart(how)];
}

/** Everything that was begun ends, and nothing is in the way any more. */
async function settle(world: World): Promise<void> {
  await world.settled();
  world.tap.open();
  await friendsAgain(world);
}

function fates({ sent }: World): Outcome['sent'] {
  const count = (fate: Fate): number => sent.filter((one) => one.fate === fate).length;
  return { accepted: count('accepted'), refused: count('refused'), open: count('open') };
}

async function goHome({ actors }: World): Promise<void> {
  for (const { pages, native, person } of actors) {
    await Promise.allSettled(pages.map((page) => page.close()));
    await native?.close();
    await person.goHome();
  }
}
