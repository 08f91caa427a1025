/** One user traced on a whole stack: what stands in the file, what does not, and how it begins and ends. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Stack } from '../support/stack.ts';
import { siteDatabase, STORY_PASSWORD, story, unfriend, useStack } from '../support/story.ts';
import { call, type Tab } from '../support/tab.ts';
import {
  beginTrace,
  folderOf,
  linesOf,
  sees,
  takenUp,
  textOf,
  traceCli,
  type TraceLine,
} from '../support/traces.ts';

const used = useStack();

const about =
  (event: string, fields: Readonly<Record<string, unknown>> = {}) =>
  (line: TraceLine): boolean =>
    line.event === event && Object.entries(fields).every(([name, value]) => line[name] === value);

/** Of a call: from its line in to its line out. */
function ofCall(stack: Stack, user: string, fields: Readonly<Record<string, unknown>>): TraceLine[] {
  const lines = linesOf(stack, user);
  const request = lines.find(about('http-asked', fields))?.request;
  return request === undefined ? [] : lines.filter((line) => line.request === request);
}

const eventsOf = (lines: readonly TraceLine[]): string[] => lines.map(({ event }) => event);
const heard = (peer: string, body: string) => (tab: Tab) => tab.bodies(peer).includes(body);

story(
  'a day of hers in one file: browser, session, stream, external auth, component and filter',
  used,
  { alice: 0, bob: 1, dave: 0 },
  async ({ alice, bob, dave }, stack) => {
    await beginTrace(stack, alice.id);
    const tab = await alice.openTab();
    const body = `canary-body-${randomUUID()}`;
    const cid = randomUUID();
    await tab.send(bob.id, body, cid);
    await bob.tab.sees('the message', heard(alice.id, body));
    await bob.tab.send(alice.id, `${body} too`);
    await tab.sees('the answer', heard(bob.id, `${body} too`));
    await expect(tab.send(dave.id, body)).rejects.toThrow('not-friends');
    await sees(stack, alice.id, 'the refusal', about('http-answered', { call: 'send', code: 'not-friends' }));
    await sees(stack, alice.id, 'what the filter said', about('filter-decided', { verdict: 'stranger' }));

    const [first] = linesOf(stack, alice.id);
    for (const line of linesOf(stack, alice.id))
      expect(line).toMatchObject({ trace: first?.trace, user: alice.id, part: expect.any(String) });
    // The call that opened the session: its id is in the ticket, so external auth knows it, too.
    const connect = eventsOf(ofCall(stack, alice.id, { call: 'connect' }));
    for (const event of ['auth-yes', 'stanza-out', 'stanza-in', 'xmpp-up', 'session-opened', 'tab-opened'])
      expect(connect).toContain(event);
    expect([connect[0], connect.at(-1)]).toEqual(['http-asked', 'http-answered']);
    // A message: out, told its archive id, and the receipt of bob's device, which comes after the answer.
    const send = ofCall(stack, alice.id, { call: 'send', cid });
    expect(send[0]).toMatchObject({ to: bob.id, text: `[${body.length}]` });
    expect(send.find(about('stanza-out', { kind: 'message' }))).toMatchObject({ id: cid });
    expect(send.find(about('http-answered'))).toMatchObject({ status: 200, whole: true });
    await sees(
      stack,
      alice.id,
      'the receipt',
      ({ event, request, xml }) =>
        event === 'stanza-in' && request === send[0]?.request && String(xml).includes('<received'),
    );
    // Tied by the stanza's id.
    await sees(
      stack,
      alice.id,
      'the verdict',
      about('filter-decided', { id: cid, verdict: 'passed', reason: 'friends' }),
    );
    await sees(stack, alice.id, 'her list', about('roster-asked', { outcome: 'ok', friends: 1 }));
    expect(eventsOf(linesOf(stack, alice.id))).toContain('session-event');

    // Not what she wrote, nor who she is to the bridge; and nobody else.
    const [text, token] = [textOf(stack, alice.id), await alice.token()];
    for (const secret of [
      'canary',
      token.split('.')[1] ?? '',
      tab.id,
      'im-ticket',
      '<auth',
      '<resume',
      'previd',
    ])
      expect({ secret, found: text.includes(secret) }).toEqual({ secret, found: false });
    expect(textOf(stack, bob.id)).toBe('');
  },
);
