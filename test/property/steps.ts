/** The steps that an interleaving is made of. Most go on beside the next ones. */
import { setTimeout as sleep } from 'node:timers/promises';
import xml from '@xmpp/xml';
import type { NativeClient } from '../support/native-client.ts';
import { deploy } from '../support/deploying.ts';
import { befriend, unfriend } from '../support/story.ts';
import { pick, type Actor, type World } from './world.ts';

const PING = xml('ping', { xmlns: 'urn:xmpp:ping' });

type Step = (world: World, actor: Actor) => Promise<unknown>;

const anyPage = ({ random }: World, { pages }: Actor) => pick(pages, random);
const anyPeer = ({ random }: World, { peers }: Actor): string => pick(peers, random);

async function send(world: World, actor: Actor): Promise<void> {
  await world.deliver(actor, world.draft(actor, anyPeer(world, actor), 'page'));
}

/** The answer of the first try is lost, at whatever moment. */
async function sendWithLostAnswer(world: World, actor: Actor): Promise<void> {
  const sent = world.draft(actor, anyPeer(world, actor), 'page');
  const { to, body, cid } = sent;
  await hangUp(world, anyPage(world, actor).tab.url, { u: actor.person.id, to, body, cid }, actor);
  await world.deliver(actor, sent);
}

async function hangUp(world: World, url: string, parameters: object, actor: Actor): Promise<void> {
  const lost = AbortSignal.timeout(1 + Math.floor(world.random() * 30));
  const body = JSON.stringify({ ...parameters, tab: anyPage(world, actor).tab.id });
  await fetch(`${url}/v1/send`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body,
    signal: lost,
  })
    .then((response) => response.text())
    .catch(() => undefined); // that is the step
}

/** Two tabs of one browser share an outbox, and both try. */
async function sendTwice(world: World, actor: Actor): Promise<void> {
  const sent = world.draft(actor, anyPeer(world, actor), 'page');
  await Promise.all([world.deliver(actor, sent), world.deliver(actor, sent)]);
}

async function lostPoll(world: World, actor: Actor): Promise<void> {
  const lost = AbortSignal.timeout(1 + Math.floor(world.random() * 50));
  await anyPage(world, actor)
    .poll(lost)
    .catch((fault: unknown) => {
      if (!lost.aborted) throw fault;
    });
}

async function doubledPoll(world: World, actor: Actor): Promise<void> {
  const page = anyPage(world, actor);
  await Promise.all([page.poll(), page.poll()]);
}

const stream = (world: World, actor: Actor): Promise<void> =>
  anyPage(world, actor).stream(AbortSignal.timeout(Math.floor(world.random() * 300)));

async function closePage(world: World, actor: Actor, how: 'leave' | 'crash'): Promise<void> {
  await world.open(actor); // a message may still be on its way from a page of theirs
  const [page] = actor.pages.splice(Math.floor(world.random() * (actor.pages.length - 1)), 1);
  await page?.close(how);
}

async function nativeSend(world: World, actor: Actor): Promise<void> {
  const native = await signedIn(actor);
  if (native === undefined) return;
  const sent = world.draft(actor, anyPeer(world, actor), 'native');
  const id = native.chat(`${sent.to}@${world.stack.plan.domain}`, sent.body);
  const answered = await native.iq('get', PING).catch(() => undefined); // the server has seen both, or the stream is cut
  if (answered === undefined) return;
  const isRefused = native.seen.some(({ attrs }) => attrs['id'] === id && attrs['type'] === 'error');
  sent.fate = isRefused ? 'refused' : 'accepted';
}

/** Undefined while ejabberd is away. */
async function signedIn(actor: Actor): Promise<NativeClient | undefined> {
  if (actor.native?.isOpen === true) return actor.native;
  actor.signingIn ??= actor.person
    .native()
    .catch(() => undefined)
    .finally(() => (actor.signingIn = undefined));
  actor.native = await actor.signingIn;
  if (actor.native?.isOpen === true) actor.native.presence();
  return actor.native;
}

async function nativeGoes(_: World, actor: Actor): Promise<void> {
  const { native } = actor;
  actor.native = undefined;
  await native?.close();
}

/** Marks the newest message at hand as read. */
async function read(world: World, actor: Actor): Promise<void> {
  const page = anyPage(world, actor);
  const peer = anyPeer(world, actor);
  const last = page.tab.snapshot.conversations.find((one) => one.with === peer)?.messages.at(-1);
  if (last !== undefined) await page.call('read', { with: peer, upTo: last.id });
}

const setUi = (world: World, actor: Actor): Promise<unknown> =>
  anyPage(world, actor).call('ui', { set: { [`key ${Math.floor(world.random() * 4)}`]: world.random() } });

const setPresence = (world: World, actor: Actor): Promise<unknown> =>
  anyPage(world, actor).call('presence', {
    show: pick(['online', 'away', 'dnd', 'invisible'], world.random),
  });

const typing = (world: World, actor: Actor): Promise<unknown> =>
  anyPage(world, actor).call('typing', { to: anyPeer(world, actor), state: 'composing' });

async function cutLink({ tap, random }: World): Promise<void> {
  tap.cut({ closed: random() < 0.5 });
  await sleep(random() * 400);
  tap.open();
}

async function part({ site }: World, { person, peers }: Actor): Promise<void> {
  for (const peer of peers) await unfriend(site, person.id, peer);
}

/** With the first person all are friends at the beginning, and at the end. */
export async function friendsAgain({ site, actors }: World): Promise<void> {
  const [first, ...others] = actors.map(({ person }) => person.id);
  for (const other of others) {
    await unfriend(site, String(first), other);
    await befriend(site, String(first), other);
  }
}

/** In the middle of what was just begun: between the archive and the answer is where it matters. */
export const restart: (how: 'stop' | 'kill') => Step = (how) => async (world) => {
  for (const actor of world.actors)
    for (let i = 0; i < 3; i += 1) world.begin(`${actor.person.id} send`, send(world, actor));
  await sleep(world.random() * 20);
  await world.stack.restart('ejabberd', how);
};

/** Weight, name, and whether the next step waits for it. */
export const STEPS: readonly (readonly [weight: number, name: string, step: Step, waits?: true])[] = [
  [10, 'send', send],
  [4, 'send, and lose the answer', sendWithLostAnswer],
  [2, 'send from two tabs', sendTwice],
  [8, 'poll', (world, actor) => anyPage(world, actor).poll()],
  [4, 'poll, and lose the answer', lostPoll],
  [4, 'poll twice', doubledPoll],
  [3, 'stream', stream],
  [3, 'reload', (world, actor) => anyPage(world, actor).load(), true],
  [2, 'open a tab', (world, actor) => world.open(actor), true],
  [2, 'close a tab', (world, actor) => closePage(world, actor, 'leave'), true],
  [1, 'a tab crashes', (world, actor) => closePage(world, actor, 'crash'), true],
  [4, 'native client sends', nativeSend],
  [1, 'native client goes', nativeGoes],
  [3, 'read', read],
  [2, 'ui', setUi],
  [1, 'presence', setPresence],
  [1, 'typing', typing],
  [2, 'cut the XMPP link', cutLink],
  [1, 'deploy', ({ stack }) => deploy(stack)],
  [1, 'friend removed', part, true],
  [1, 'friends again', friendsAgain, true],
];
