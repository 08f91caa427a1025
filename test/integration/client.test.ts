/** The headless client's connection, against a scripted bridge: only the wire is a fake. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Client, Event as ChatEvent } from '../../bridge/client/index.ts';
import { waitUntil } from '../support/wait-until.ts';
import { bodiesWith, wireClients } from '../support/wire-client.ts';
import { refusal } from '../support/wire-fake.ts';

const stage = wireClients();

function recorded(client: Client): ChatEvent[] {
  const events: ChatEvent[] = [];
  client.onEvent(({ event }) => events.push(event));
  return events;
}

describe('connecting', () => {
  test('older messages that are asked for before there is a connection come when there is one', async () => {
    const client = stage.clientOf();
    client.start();
    const messages = [
      { id: '1', with: 'bob', from: 'bob', body: 'long ago', at: '2026-01-01T00:00:00.000Z' },
    ];
    stage.wire.next('history', { ok: true, messages, complete: true });
    await client.loadOlder('bob');
    expect(bodiesWith(client, 'bob')).toEqual(['long ago']);
  });

  test('a fresh token opens a tab, and the snapshot is there', async () => {
    const client = await stage.online();
    expect(client.state.snapshot?.me.name).toBe('Alice');
    expect(stage.wire.named('connect')[0]?.params).toEqual({ u: 'alice', token: 'jwt' });
  });

  test('every call carries u in its address, for a load balancer', async () => {
    await stage.online();
    expect(stage.wire.calls.map((call) => call.query.get('u'))).toEqual(['alice', 'alice']);
  });

  test('a POST is text/plain, so that no preflight is needed', async () => {
    await stage.online();
    expect(stage.wire.calls[0]?.headers['content-type']).toMatch(/^text\/plain/);
  });

  test('nobody signed in: it is signed out, calls nothing, and start asks again', async () => {
    let identity: { user: string; token: string } | undefined = undefined;
    const client = stage.clientOf({ token: () => identity });
    client.start();
    await waitUntil('signed out', () => client.state.status === 'signed-out');
    expect(stage.wire.calls).toEqual([]);
    identity = { user: 'alice', token: 'jwt' };
    client.start();
    await waitUntil('online', () => client.state.status === 'online');
  });

  test('who signs in while the site is about to say that nobody has: start has it asked again', async () => {
    const answers: ((identity?: { user: string; token: string }) => void)[] = [];
    const client = stage.clientOf({ token: () => new Promise((resolve) => answers.push(resolve)) });
    client.start();
    await waitUntil('a question', () => answers.length === 1);
    client.start();
    answers[0]?.();
    await waitUntil('another', () => answers.length === 2);
    answers[1]?.({ user: 'alice', token: 'jwt' });
    await waitUntil('online', () => client.state.status === 'online');
  });

  test('a token source that itself says that somebody has signed in is not asked for ever', async () => {
    let asked = 0;
    const client = stage.clientOf({
      token: () => {
        asked += 1;
        client.start();
        return { user: 'alice', token: 'jwt' };
      },
    });
    client.start();
    await waitUntil('online', () => client.state.status === 'online');
    expect(asked).toBe(3);
  });

  test('an expired token is replaced by a fresh one', async () => {
    let asked = 0;
    stage.wire.next('connect', refusal('token-expired'));
    await stage.online({ token: () => ({ user: 'alice', token: `jwt-${++asked}` }) });
    expect(stage.wire.named('connect').map((call) => call.params['token'])).toEqual(['jwt-1', 'jwt-2']);
  });

  test('a token source that fails is asked again', async () => {
    let asked = 0;
    const token = (): { user: string; token: string } => {
      if (++asked < 3) throw new Error('the site is down');
      return { user: 'alice', token: 'jwt' };
    };
    await stage.online({ token });
    expect(asked).toBe(3);
  });

  test('a page of a proxy instead of an answer is a network fault, and is got over', async () => {
    stage.wire.file('/v1/connect', '<html>502</html>');
    const client = stage.clientOf();
    client.start();
    await waitUntil('a problem', () => client.state.problem?.code === 'network');
    expect(client.state.status).toBe('connecting');
  });

  test('a refused connect ends the loop and says why', async () => {
    stage.wire.next('connect', refusal('bad-request'));
    const client = stage.clientOf();
    client.start();
    await waitUntil('idle', () => client.state.status === 'idle');
    expect(client.state.problem?.code).toBe('bad-request');
    expect(stage.wire.calls).toHaveLength(1);
  });
});

describe('polling', () => {
  test('events are applied, heard once, and acknowledged by the next cursor', async () => {
    const client = await stage.online();
    const events = recorded(client);
    stage.wire.push(stage.wire.message('bob', 'bob', 'hello'));
    await waitUntil('the next poll', () => stage.wire.named('poll').length === 2);
    expect(bodiesWith(client, 'bob')).toEqual(['hello']);
    expect(events.map(({ n }) => n)).toEqual([1]);
    expect(stage.wire.named('poll')[1]?.params['cursor']).toBe('e1:1');
  });

  test('a lost answer is asked for again with the old cursor', async () => {
    stage.wire.next('poll', 'cut', 'cut');
    const client = stage.clientOf();
    client.start();
    await waitUntil('the third poll', () => stage.wire.held === 1);
    stage.wire.push(stage.wire.message('bob', 'bob', 'hello'));
    await waitUntil('the message', () => bodiesWith(client, 'bob').length === 1);
    expect(
      stage.wire
        .named('poll')
        .slice(0, 3)
        .map((call) => call.params['cursor']),
    ).toEqual(['e1:0', 'e1:0', 'e1:0']);
    expect(client.state.status).toBe('online');
  });

  test('an n that was had already is dropped', async () => {
    const client = await stage.online();
    const events = recorded(client);
    const hello = { ...stage.wire.message('bob', 'bob', 'hello'), n: 1 };
    stage.wire.next('poll', { ok: true, cursor: 'e1:1', events: [hello, hello] });
    stage.wire.push(stage.wire.message('bob', 'bob', 'hello'));
    await waitUntil('polls', () => stage.wire.named('poll').length >= 3 && stage.wire.held === 1);
    expect(events.map(({ n }) => n)).toEqual([1]);
    expect(bodiesWith(client, 'bob')).toEqual(['hello']);
  });

  test('gone leads to connect with the old tab, and then with a fresh token', async () => {
    const client = await stage.online();
    stage.wire.next('poll', refusal('gone'));
    stage.wire.next('connect', refusal('gone'));
    stage.wire.epoch = 'e2';
    stage.wire.push({ type: 'link', connected: true });
    await waitUntil(
      'connected anew',
      () => stage.wire.named('connect').length === 3 && stage.wire.held === 1,
    );
    const proofs = stage.wire.named('connect').map(({ params }) => params['tab'] ?? params['token']);
    expect(proofs).toEqual(['jwt', 'tab-1', 'jwt']);
    expect(stage.wire.named('poll').at(-1)?.params).toMatchObject({ tab: 'tab-2', cursor: 'e2:1' });
    expect(client.state.status).toBe('online');
  });

  test('superseded ends the loop without another call', async () => {
    const client = await stage.online();
    stage.wire.next('poll', { ok: true, superseded: true });
    stage.wire.push({ type: 'link', connected: true });
    await waitUntil('idle', () => client.state.status === 'idle');
    expect(client.state.problem?.code).toBe('superseded');
    expect(stage.wire.named('connect')).toHaveLength(1);
  });

  test('retryAfter is waited for, also when the person looks at the page meanwhile', async () => {
    const page = new EventTarget();
    const client = await stage.online({ page });
    stage.wire.next('poll', refusal('unavailable', 3600));
    stage.wire.push({ type: 'link', connected: true });
    await waitUntil('a problem', () => client.state.status === 'reconnecting');
    const polls = stage.wire.named('poll').length;
    page.dispatchEvent(new Event('online'));
    await client.deeds.history('bob'); // a call out and home, before which a poll would have been there
    expect(stage.wire.named('poll')).toHaveLength(polls);
  });

  test('bye asks the site whether its user is still signed in', async () => {
    let identity: { user: string; token: string } | undefined = { user: 'alice', token: 'jwt' };
    const client = await stage.online({ token: () => identity });
    identity = undefined;
    stage.wire.push({ type: 'bye', reason: 'signed-out' });
    await waitUntil('signed out', () => client.state.status === 'signed-out');
    expect(client.state.snapshot).toBeUndefined();
  });

  test('bye because of another page ends the loop', async () => {
    const client = await stage.online();
    stage.wire.push({ type: 'bye', reason: 'replaced' });
    await waitUntil('idle', () => client.state.status === 'idle');
  });
});

describe('a page in the background', () => {
  const toldTabs = (): unknown[] =>
    stage.wire
      .named('active')
      .filter(({ params }) => params['active'] === false)
      .map(({ params }) => params['tab']);
  const scope: { document?: EventTarget } = globalThis;

  beforeEach(() => {
    scope.document = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  });
  afterEach(() => {
    delete scope.document;
  });

  test('tells each of its tabs that nobody is there', async () => {
    await stage.online({ page: new EventTarget() });
    await waitUntil('the first tab to be told', () => toldTabs().length > 0);
    stage.wire.next('poll', refusal('gone'));
    stage.wire.next('connect', refusal('gone'));
    stage.wire.push({ type: 'link', connected: true });
    await waitUntil('the second tab to be told', () => toldTabs().length > 1);
    expect(toldTabs()).toEqual(['tab-1', 'tab-2']);
  });
});

describe('ending', () => {
  test('leave tells the bridge, and shows nothing any more', async () => {
    const client = await stage.online();
    client.leave();
    await waitUntil('leave', () => stage.wire.named('leave').length === 1);
    expect(stage.wire.named('leave')[0]?.params).toEqual({ u: 'alice', tab: 'tab-1' });
    expect(client.state).toMatchObject({ status: 'idle', user: undefined, snapshot: undefined });
  });

  test('stop ends the poll, and start goes on with the same tab', async () => {
    const client = await stage.online();
    client.stop();
    await waitUntil('the poll to end', () => stage.wire.held === 0);
    client.start();
    await waitUntil('a poll', () => stage.wire.held === 1);
    expect(stage.wire.named('connect').at(-1)?.params).toEqual({ u: 'alice', tab: 'tab-1' });
  });

  test('a page that goes gives its tab back, and one that comes back takes another', async () => {
    const page = new EventTarget();
    const client = await stage.online({ page });
    page.dispatchEvent(new Event('pagehide'));
    await waitUntil('leave', () => stage.wire.named('leave').length === 1 && stage.wire.held === 0);
    page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await waitUntil('a poll', () => stage.wire.held === 1);
    expect(stage.wire.named('connect').at(-1)?.params).toEqual({ u: 'alice', token: 'jwt' });
    expect(client.state.status).toBe('online');
  });

  test('a listener that throws harms nobody', async () => {
    const client = stage.clientOf();
    client.subscribe(() => {
      throw new Error('a fault of the page');
    });
    client.start();
    await waitUntil('a poll', () => stage.wire.held === 1);
    expect(client.state.status).toBe('online');
  });
});
