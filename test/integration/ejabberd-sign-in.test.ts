/** What ejabberd offers to who wants to sign in: PLAIN alone, and no way that leads past the filter. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import xml, { type Element } from '@xmpp/xml';
import { ejabberdRelease } from '../support/ejabberd-home.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

const core = useXmppCore();

/** ejabberd has SASL2 and Bind 2 from this release on. */
const FIRST_WITH_SASL2 = 24.02;

/** The mechanisms of SASL or of SASL2; `undefined` where it is not offered. */
function mechanismsOf(features: Element | undefined, name: 'mechanisms' | 'authentication'): unknown {
  const offer = features?.getChild(name);
  return offer?.getChildren('mechanism').map((mechanism) => mechanism.getText());
}

const hasSasl2 = (): boolean => ejabberdRelease() >= FIRST_WITH_SASL2;

const native = (): { port: number; ca: string } => ({
  port: core.ejabberd.ports.native,
  ca: readFileSync(core.ejabberd.certificate, 'utf8'),
});

test('the bridge is offered PLAIN and nothing else', async () => {
  const [before] = (await core.login('alice')).offered;
  expect(mechanismsOf(before, 'mechanisms')).toEqual(['PLAIN']);
  expect(mechanismsOf(before, 'authentication')).toBeUndefined(); // it is for encrypted streams
});

test('a native client is offered nothing before TLS, and then PLAIN alone, by SASL2 too where there is any', async () => {
  const [open, encrypted] = (await core.login('alice', native())).offered;
  expect(open?.getChild('starttls')?.getChild('required')).toBeDefined();
  expect([mechanismsOf(open, 'mechanisms'), mechanismsOf(open, 'authentication')]).toEqual([
    undefined,
    undefined,
  ]);
  expect(mechanismsOf(encrypted, 'mechanisms')).toEqual(['PLAIN']);
  expect(mechanismsOf(encrypted, 'authentication')).toEqual(hasSasl2() ? ['PLAIN'] : undefined);
  expect(encrypted?.toString()).not.toContain('urn:xmpp:fast:0'); // tokens that the site knows nothing of
});

test('who signs in by SASL2 and Bind 2 has the same friends and the same filter, or is refused by older releases', async () => {
  const signIn = (user: string, password = `pw-${user}`) =>
    core.login(user, { ...native(), sasl2: true, password });
  if (!hasSasl2()) {
    await expect(signIn('alice')).rejects.toThrow();
    return;
  }
  await expect(signIn('alice', 'pw-bob')).rejects.toThrow('not-authorized');
  const [alice, bob, dave] = [await signIn('alice'), await core.login('bob'), await signIn('dave')];
  for (const client of [alice, bob, dave]) client.presence();
  alice.chat(bob.address, 'to a friend');
  await bob.waitFor((stanza) => stanza.getChildText('body') === 'to a friend');
  const id = dave.chat(alice.address, 'from a stranger');
  const refused = await dave.waitFor((stanza) => stanza.attrs['id'] === id);
  expect(refused.getChild('error')?.getChild('not-allowed')).toBeDefined();
  await alice.iq('get', xml('ping', { xmlns: 'urn:xmpp:ping' }), core.domain);
  expect(alice.seen.join('')).not.toContain('from a stranger');
});
