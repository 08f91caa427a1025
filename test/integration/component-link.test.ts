/** The component's link on a real ejabberd: one that hangs, one that refuses, and several components of one domain. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Element } from '@xmpp/xml';
import { createLog } from '../../bridge/log.ts';
import { Link, type LinkOptions } from '../../ejabberd-modules/component/link.ts';
import { whileStopped } from '../support/stopped.ts';
import { waitUntil } from '../support/wait-until.ts';
import { useXmppCore } from '../support/xmpp-core.ts';

/** Beside it runs the component itself, which has the same domain. */
const core = useXmppCore();
const DOMAIN = 'site.im.test';
/** Milliseconds: its silence is short, so that much of it goes by in a test. */
const IMPATIENT = { quiet: 50, patience: 1000 };

let dir: string;
const links: Link[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'im-link-'));
});

afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.close()));
  rmSync(dir, { recursive: true });
});

function open(change: Partial<LinkOptions> = {}): { link: Link; stanzas: Element[]; log: () => string } {
  const file = join(dir, `${links.length}.log`);
  const stanzas: Element[] = [];
  const link = new Link({
    host: '127.0.0.1',
    port: core.ejabberd.ports.component,
    domain: DOMAIN,
    secret: core.componentSecret,
    log: createLog('component', { level: 'info', pretty: false }, file),
    onStanza: (stanza) => stanzas.push(stanza),
    ...IMPATIENT,
    ...change,
  });
  links.push(link);
  void link.run();
  return { link, stanzas, log: () => readFileSync(file, 'utf8') };
}

const isUp = (link: Link): Promise<unknown> => waitUntil('the link to be up', () => link.up);

test('of several components with one domain each is told on its own link that ejabberd lives', async () => {
  const both = [open(), open()];
  for (const { link, stanzas } of both) {
    await isUp(link);
    await waitUntil('three signs of life', () => stanzas.length >= 3);
  }
  for (const { link, log } of both) {
    expect(link.up).toBe(true);
    expect(log()).not.toContain('down');
  }
});

test('a link to an ejabberd that hangs is given up, and is up again when ejabberd is well', async () => {
  const { link, log } = open({ patience: 500 });
  await isUp(link);
  await whileStopped(core.ejabberd, async () => {
    await waitUntil('the link to be given up', () => !link.up);
  });
  expect(log()).toContain('ejabberd is silent');
  await isUp(link);
});

test('ejabberd ends the link of a component that hangs, and leaves the one that lives', async () => {
  const { link, log } = open();
  await isUp(link);
  const ended = (): number => core.ejabberdLog().split('has been silent').length - 1;
  const before = ended();
  await whileStopped(core.component, async () => {
    await waitUntil('the silent link to be ended', () => ended() > before, { timeout: 60_000 });
  });
  expect(ended()).toBe(before + 1);
  expect(log()).not.toContain('down');
});

test('it is closed without waiting for an ejabberd that hangs', async () => {
  const { link } = open({ quiet: 300_000 });
  await isUp(link);
  await whileStopped(core.ejabberd, async () => {
    let closed = false;
    void link.close().then(() => {
      closed = true;
    });
    await waitUntil('the link to be closed', () => closed);
  });
});

test.each([
  ['a wrong secret', { secret: 'not the one' }, 'ejabberd refuses the component'],
  [
    'a domain that it has no component for',
    { domain: 'other.im.test' },
    'hosts` of the listener ejabberd_service',
  ],
  ['its own domain', { domain: 'im.test' }, 'ejabberd has this domain for itself'],
])(
  'when ejabberd refuses %s, the log says what to do, and it is tried again',
  async (_what, change, words) => {
    const { link, log } = open(change);
    const tries = (): number =>
      log()
        .split('\n')
        .filter((line) => line.includes(words)).length;
    await waitUntil('three tries', () => tries() >= 3);
    expect(link.up).toBe(false);
    expect(log()).not.toContain(core.componentSecret);
    expect(log().trim().split('\n').length).toBe(tries()); // one line for a try
  },
);
