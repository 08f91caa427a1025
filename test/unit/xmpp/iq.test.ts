/** Questions on a stream, and whose answers count. */
import { describe, expect, test } from '@jest/globals';
import { xml } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
import { Iq, NoAnswer, StanzaError } from '../../../bridge/xmpp/iq.ts';
import { StreamError } from '../../../bridge/xmpp/stream-error.ts';

const DOMAIN = 'im.example';
const ALICE = `alice@${DOMAIN}`;

function begin(timeout = 60_000): { iq: Iq; sent: Element[] } {
  const sent: Element[] = [];
  const iq = new Iq({ send: (stanza) => sent.push(stanza), timeout, domain: DOMAIN, bareAddress: ALICE });
  return { iq, sent };
}

const idOf = (stanza: Element | undefined): string => String(stanza?.attrs['id']);
const result = (id: string, from?: string): Element =>
  xml('iq', { type: 'result', id, ...(from !== undefined && { from }) });
const question = (): Element => xml('query', { xmlns: 'jabber:iq:roster' });

describe('an answer', () => {
  test.each([undefined, ALICE, DOMAIN])('of the own account counts from %s', async (from) => {
    const { iq, sent } = begin();
    const asked = iq.request('get', question());
    expect(iq.take(result(idOf(sent[0]), from))).toBe(true);
    await expect(asked).resolves.toBeDefined();
  });

  test.each(['mallory@im.example/x', `${ALICE}/phone`, 'elsewhere.example', ''])(
    'from %p counts for nothing, and the right one after it does',
    async (from) => {
      const { iq, sent } = begin();
      const asked = iq.request('get', question());
      expect(iq.take(result(idOf(sent[0]), from))).toBe(false);
      const right = result(idOf(sent[0]), ALICE);
      iq.take(right);
      expect(await asked).toBe(right);
    },
  );

  test('of the server counts from the domain alone', async () => {
    const { iq, sent } = begin();
    const asked = iq.request('get', question(), DOMAIN);
    expect(iq.take(result(idOf(sent[0]), ALICE))).toBe(false);
    expect(iq.take(result(idOf(sent[0])))).toBe(false);
    expect(iq.take(result(idOf(sent[0]), DOMAIN))).toBe(true);
    await asked;
    expect(iq.take(result(idOf(sent[0]), DOMAIN))).toBe(false); // once
  });

  test('that is an error is told with its condition', async () => {
    const { iq, sent } = begin();
    const asked = iq.request('get', question());
    const told = expect(asked).rejects.toEqual(new StanzaError('not-allowed', 'cancel'));
    const condition = xml('not-allowed', { xmlns: 'urn:ietf:params:xml:ns:xmpp-stanzas' });
    iq.take(xml('iq', { type: 'error', id: idOf(sent[0]) }, xml('error', { type: 'cancel' }, condition)));
    await told;
  });

  test('is not waited for longer than was said', async () => {
    await expect(begin(1).iq.request('get', question())).rejects.toBeInstanceOf(NoAnswer);
  });

  test('that does not come is told with what it was about, behind what it waited, and who had asked', async () => {
    const { iq } = begin(5);
    const archive = xml('query', { xmlns: 'urn:xmpp:mam:2' });
    const first = iq.request('get', question()).catch((error: unknown) => error);
    const second = iq.request('set', archive).catch((error: unknown) => error);
    expect(iq.waiting).toBe(2);
    const behind = [{ what: 'archive' }];
    expect(await first).toMatchObject({ waitedFor: 'roster', state: { waiting: 1, behind } });
    expect(await second).toMatchObject({ waitedFor: 'archive', state: { waiting: 0, behind: [] } });
    expect(((await first) as NoAnswer).seconds).toBeGreaterThan(0);
    expect(((await first) as NoAnswer).stack).toContain('iq.test.ts');
    expect(iq.waiting).toBe(0);
  });

  test('does not come when the stream is gone', async () => {
    const { iq, sent } = begin();
    const asked = expect(iq.request('get', question())).rejects.toBeInstanceOf(NoAnswer);
    iq.failAll();
    await asked;
    expect(iq.take(result(idOf(sent[0]), ALICE))).toBe(false);
  });
});

test('a question that can’t be sent fails with the stream’s own reason', async () => {
  const down = (): never => {
    throw new StreamError('down', 'the stream is down');
  };
  const iq = new Iq({ send: down, timeout: 60_000, domain: DOMAIN, bareAddress: ALICE });
  await expect(iq.request('get', question())).rejects.toMatchObject({ reason: 'down' });
});
