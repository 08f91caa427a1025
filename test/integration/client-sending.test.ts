/** How the headless client brings messages to a bridge that loses, refuses and delays them. */
import { describe, expect, test } from '@jest/globals';
import type { CallFault } from '../../bridge/client/faults.ts';
import { linesWith } from '../../bridge/client/index.ts';
import { waitUntil } from '../support/wait-until.ts';
import { bodiesWith, wireClients } from '../support/wire-client.ts';
import { refusal, type WireCall } from '../support/wire-fake.ts';

const stage = wireClients();

describe('sending', () => {
  test('a message is pending at once, and in the conversation when it is in the log', async () => {
    const client = await stage.online();
    client.send('bob', 'hello');
    expect(bodiesWith(client, 'bob')).toEqual(['hello (pending)']);
    await waitUntil('the message in the log', () => bodiesWith(client, 'bob')[0] === 'hello');
    expect(client.state.outgoing).toEqual([]);
  });

  test('its line keeps its key from Enter to the archive', async () => {
    const client = await stage.online();
    const cid = client.send('bob', 'hello');
    const before = linesWith(client.state, 'bob').map(({ key }) => key);
    await waitUntil('the log', () => client.state.outgoing.length === 0);
    expect(before).toEqual([cid]);
    expect(linesWith(client.state, 'bob').map(({ key }) => key)).toEqual([cid]);
  });

  test('a lost answer is followed by the same cid, and the message is there once', async () => {
    const client = await stage.online();
    stage.wire.next('send', 'cut', refusal('unavailable', 0), refusal('internal'));
    client.send('bob', 'hello');
    await waitUntil('the message in the log', () => bodiesWith(client, 'bob')[0] === 'hello');
    expect(new Set(stage.wire.named('send').map(({ params }) => params['cid'])).size).toBe(1);
    expect(stage.wire.named('send')).toHaveLength(4);
    expect(bodiesWith(client, 'bob')).toEqual(['hello']);
  });

  test('an event with its cid settles a message whose answer never came', async () => {
    const client = await stage.online();
    stage.wire.next('send', 'hold');
    const cid = client.send('bob', 'hello');
    stage.wire.push(stage.wire.message('bob', 'alice', 'hello', { cid }));
    await waitUntil('settled', () => client.state.outgoing.length === 0);
    expect(bodiesWith(client, 'bob')).toEqual(['hello']);
  });

  test('a refused message is failed with its code, and a retry has a new cid', async () => {
    const client = await stage.online();
    stage.wire.next('send', refusal('not-friends'));
    const cid = client.send('dave', 'hello');
    await waitUntil('failed', () => client.state.outgoing[0]?.state === 'failed');
    expect(client.state.outgoing[0]).toMatchObject({
      error: { code: 'not-friends', message: 'refused: not-friends' },
    });
    client.retry(cid);
    await waitUntil('sent', () => client.state.outgoing.length === 0);
    expect(stage.wire.named('send')[1]?.params['cid']).not.toBe(cid);
  });

  test('what was not answered before a sleep of a day is not sent again by itself', async () => {
    let now = Date.now();
    const client = await stage.online({ now: () => now });
    stage.wire.next('send', () => {
      now += 24 * 3600 * 1000;
      return 'cut';
    });
    const cid = client.send('bob', 'hello');
    await waitUntil('failed', () => client.state.outgoing[0]?.state === 'failed');
    expect(client.state.outgoing).toMatchObject([{ cid, error: { code: 'unanswered' } }]);
    client.retry(cid);
    await waitUntil('sent', () => client.state.outgoing.length === 0);
    expect(new Set(stage.wire.named('send').map(({ params }) => params['cid'])).size).toBe(2);
    expect(stage.wire.named('send')).toHaveLength(2);
  });

  test('messages to one person leave in order, and one that hangs holds up nobody else', async () => {
    const client = await stage.online();
    stage.wire.next('send', 'hold');
    client.send('bob', 'one');
    client.send('bob', 'two');
    client.send('carol', 'three');
    await waitUntil('carol', () => bodiesWith(client, 'carol')[0] === 'three');
    expect(stage.wire.named('send').map(({ params }) => params['body'])).toEqual(['one', 'three']);
  });

  test('what was written while the tab was gone is sent from the next', async () => {
    const client = await stage.online();
    stage.wire.next('send', refusal('gone'));
    client.send('bob', 'hello');
    await waitUntil('the message', () => bodiesWith(client, 'bob')[0] === 'hello');
    expect(stage.wire.named('send').map(({ params }) => params['tab'])).toEqual(['tab-1', 'tab-2']);
  });

  test('a page load in the middle of a send sends the same cid from the next page', async () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    const before = await stage.online({ storage });
    stage.wire.next('send', 'hold');
    const cid = before.send('bob', 'hello');
    await waitUntil('the send under way', () => stage.wire.named('send').length === 1);
    before.stop();
    await waitUntil('the poll to end', () => stage.wire.held === 0);
    const after = await stage.online({ storage });
    await waitUntil('the message', () => bodiesWith(after, 'bob')[0] === 'hello');
    expect(stage.wire.named('send').map(({ params }) => params['cid'])).toEqual([cid, cid]);
    expect(kept.size).toBe(0);
  });
});

describe('what somebody sets', () => {
  const away = Array.from({ length: 20 }, () => 'cut' as const);

  test('reaches the bridge however long it was away, and the last word counts', async () => {
    const client = await stage.online();
    stage.wire.next('ui', ...away, refusal('unavailable'));
    const first = client.setUi({ open: ['bob'] });
    const others = [client.setUi({ open: [] }), client.setUi({ sound: false })];
    expect(client.state.ui).toEqual({ open: [], sound: false });
    await Promise.all([first, ...others]);
    const sets = stage.wire.named('ui').map(({ params }) => params['set']);
    expect(sets.slice(away.length)).toEqual([
      '{"open":["bob"]}',
      '{"open":["bob"]}',
      '{"open":[],"sound":false}',
    ]);
    expect(stage.wire.snapshot.ui).toEqual({ open: [], sound: false });
  });

  test('ends with a refusal, and shows again what the bridge has', async () => {
    const client = await stage.online();
    stage.wire.next('ui', refusal('too-large'));
    await expect(client.setUi({ open: ['bob'] })).rejects.toMatchObject({ code: 'too-large' });
    expect(client.state.ui).toEqual({});
  });

  test('is not set for somebody else, who has signed in at the same page meanwhile', async () => {
    let identity = { user: 'alice', token: 'jwt' };
    const client = await stage.online({ token: () => identity });
    const ofBob = Array.from({ length: 200 }, () => ({ params }: WireCall) => {
      return params['u'] === 'bob' ? { ok: true } : refusal('gone');
    });
    stage.wire.next('presence', ...ofBob);
    identity = { user: 'bob', token: 'jwt' };
    stage.wire.next('connect', refusal('bad-token')); // her tab has ended; the site has another user now
    const shown = [client.deeds.setPresence('dnd', 'hers'), client.deeds.setPresence('away', 'hers')];
    expect(
      await Promise.all(shown.map((work) => work.catch((fault: unknown) => (fault as CallFault).code))),
    ).toEqual(['gone', 'gone']);
    await client.deeds.setPresence('online', 'his');
    const his = stage.wire.named('presence').filter(({ params }) => params['u'] === 'bob');
    expect(his.map(({ params }) => params['status'])).toEqual(['his']);
  });
});
