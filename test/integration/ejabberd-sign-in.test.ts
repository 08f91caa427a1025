/** What ejabberd offers to who wants to sign in: PLAIN alone, and no way that leads past the filter. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Element } from '@xmpp/xml';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();

/** The mechanisms of SASL or of SASL2; `undefined` where it is not offered. */
function mechanismsOf(features: Element | undefined, name: 'mechanisms' | 'authentication'): unknown {
  const offer = features?.getChild(name);
  return offer?.getChildren('mechanism').map((mechanism) => mechanism.getText());
}

const native = (): { port: number; ca: string } => ({
  port: core.ejabberd.ports.native,
  ca: readFileSync(core.ejabberd.certificate, 'utf8'),
});

test('the bridge is offered PLAIN and nothing else', async () => {
  const [before] = (await core.login('alice')).offered;
  expect(mechanismsOf(before, 'mechanisms')).toEqual(['PLAIN']);
  expect(mechanismsOf(before, 'authentication')).toBeUndefined();
});

test('a native client is offered nothing before TLS, and then PLAIN alone: no SASL2', async () => {
  const [open, encrypted] = (await core.login('alice', native())).offered;
  expect(open?.getChild('starttls')?.getChild('required')).toBeDefined();
  expect([mechanismsOf(open, 'mechanisms'), mechanismsOf(open, 'authentication')]).toEqual([
    undefined,
    undefined,
  ]);
  expect(mechanismsOf(encrypted, 'mechanisms')).toEqual(['PLAIN']);
  expect(mechanismsOf(encrypted, 'authentication')).toBeUndefined();
  expect(encrypted?.toString()).not.toContain('urn:xmpp:fast:0'); // tokens that the site knows nothing of
});

test('SASL2 lets nobody in, with the right password either', async () => {
  const trying = core.login('alice', { ...native(), sasl2: true, patience: 5000 });
  await expect(trying).rejects.toThrow(/in vain for an answer to SASL2|^refused: /); // 23.01 says nothing to it
});
