/** Staff with a client that others wrote: over STARTTLS, with the site password, in the same chat as the page. */
import { afterEach, expect } from '@jest/globals';
import { SlixmppClient } from '../support/slixmpp.ts';
import type { Stack } from '../support/stack.ts';
import { befriend, siteDatabase, story, STORY_PASSWORD, useStack, type Person } from '../support/story.ts';

const used = useStack();
const clients: SlixmppClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

function signIn({ id }: Person, { info: { xmpp } }: Stack, password = STORY_PASSWORD): SlixmppClient {
  const address = `${id}@${xmpp.domain}`;
  const { host, starttlsPort: port, ca } = xmpp;
  const client = SlixmppClient.start({ address, password, host, port, ca });
  clients.push(client);
  return client;
}

const from = (person: Person) => (event: { readonly [field: string]: unknown }) =>
  String(event['from']).startsWith(`${person.id}@`);

story(
  'staff see a member come, chat with her both ways, and see her go',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }, stack) => {
    const staff = signIn(bob, stack);
    const { address, tls } = await staff.tells('online');
    expect(address).toMatch(new RegExp(`^${bob.id}@${stack.info.xmpp.domain}/.`));
    expect(tls).toMatch(/^TLSv1\.[23]$/);
    expect(staff.events.some((event) => event.event === 'presence' && from(alice)(event))).toBe(false);

    const tab = await alice.openTab();
    await staff.tells('presence', (event) => from(alice)(event) && event['type'] === 'available');
    await tab.sees('bob online', () => tab.show(bob.id) === 'online');
    await tab.send(bob.id, 'from the page: €, \u{1F600} & <b>');
    const message = await staff.tells('message', from(alice));
    expect(message['body']).toBe('from the page: €, \u{1F600} & <b>');

    staff.do({ do: 'chat', to: message['from'], body: 'from my desk: €, \u{1F600} & <b>' });
    await tab.sees('the answer', () => tab.bodies(bob.id).includes('from my desk: €, \u{1F600} & <b>'));
    expect(tab.bodies(bob.id)).toHaveLength(2);

    expect(await staff.close()).toBe(0);
    await tab.sees('bob go', () => tab.show(bob.id) === 'offline');
  },
);

story('a wrong password is refused, cleanly', used, { bob: 0 }, async ({ bob }, stack) => {
  const staff = signIn(bob, stack, 'not the password');
  expect(await staff.tells('refused')).toMatchObject({ condition: 'not-authorized' });
  expect(await staff.close()).toBe(0);
  expect(staff.events.map(({ event }) => event)).not.toContain('online');
  await signIn(bob, stack).tells('online');
});

story(
  'the roster is the site’s, with its names, and no client changes it',
  used,
  { alice: 0, bob: 0, dave: 0 },
  async ({ alice, bob, dave }, stack) => {
    const { domain } = stack.info.xmpp;
    const site = await siteDatabase(stack);
    await befriend(site, bob.id, dave.id);
    await site.execute('UPDATE users SET name = ? WHERE id = ?', ['Dave & <Söhne>', dave.id]);
    await site.end();
    const friends = [
      { address: `${alice.id}@${domain}`, name: 'Alice', subscription: 'both', groups: [] },
      { address: `${dave.id}@${domain}`, name: 'Dave & <Söhne>', subscription: 'both', groups: [] },
    ];
    const staff = signIn(bob, stack);
    await staff.tells('online');
    staff.do({ do: 'roster' });
    const items = (await staff.tells('roster'))['items'] as { address: string }[];
    expect(items.sort((a, b) => a.address.localeCompare(b.address))).toEqual(friends);

    staff.do({ do: 'set_roster', address: `eve@${domain}`, name: 'Eve' });
    expect(await staff.tells('iq-error')).toMatchObject({ condition: 'not-allowed' });
    staff.do({ do: 'set_roster', address: `${alice.id}@${domain}`, name: 'Another name' });
    await staff.close();
    expect(staff.events.map(({ event }) => event)).not.toContain('roster-set');

    const again = signIn(bob, stack);
    await again.tells('online');
    again.do({ do: 'roster' });
    const later = (await again.tells('roster'))['items'] as { address: string }[];
    expect(later.sort((a, b) => a.address.localeCompare(b.address))).toEqual(friends);
  },
);

story('a stranger’s message is bounced', used, { alice: 1, dave: 0 }, async ({ alice, dave }, stack) => {
  const stranger = signIn(dave, stack);
  await stranger.tells('online');
  const to = `${alice.id}@${stack.info.xmpp.domain}`;
  stranger.do({ do: 'chat', to, body: 'let me in' });
  expect(await stranger.tells('bounce')).toMatchObject({ from: to });
  expect(alice.tab.snapshot.conversations).toEqual([]);
});
