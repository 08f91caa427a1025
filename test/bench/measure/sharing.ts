/**
 * Twenty pages of one browser, with one connection for all and with one for each: what the bridge holds, and how long
 * a page of the site needs meanwhile. The site stands before the bridge at one address, as a proxy makes it, over
 * HTTP/1.1: there a browser has six connections for everything. In turns, on one stack.
 */
import { execFileSync } from 'node:child_process';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import type { BrowserContext } from 'playwright-core';
import { launchBrowser, type TestBrowser } from '../../support/browser.ts';
import { gauge } from '../../support/gauge.ts';
import type { Stack } from '../../support/stack.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { withStack } from '../bench-stack.ts';
import { say, spread, table } from '../numbers.ts';
import { addPeople } from '../site-people.ts';
import { SignJWT } from 'jose';

const PAGES = 20;
const ROUNDS = 3;
const LOADS = 10;
/** Milliseconds after which a page that does not load is given up. */
const PATIENCE = 60_000;

interface Round {
  readonly polls: number;
  readonly tabs: number;
  readonly connections: number;
  readonly loads: number[];
}

await withStack(async ({ stack, site }) => {
  await addPeople(site, ['p0']);
  const proxy = await listen(stack);
  const browser = await launchBrowser();
  const rounds: Record<string, Round[]> = { shared: [], 'each its own': [] };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds['shared']?.push(await measure(browser, stack, proxy, true));
      rounds['each its own']?.push(await measure(browser, stack, proxy, false));
    }
  } finally {
    await browser.close();
    proxy.close();
    proxy.closeAllConnections();
  }
  say(`\n${PAGES} pages, ${ROUNDS} rounds of ${LOADS} loads, in turns; milliseconds: median (quartiles)\n`);
  const head = ['connection', 'polls held', 'tabs', 'TCP connections', 'a page of the site loads in'];
  say(
    table(
      head,
      Object.entries(rounds).map(([name, all]) => [name, ...summary(all)]),
    ),
  );
});

function summary(rounds: readonly Round[]): string[] {
  const of = (name: 'polls' | 'tabs' | 'connections'): string =>
    [...new Set(rounds.map((round) => round[name]))].join(', ');
  const loads = rounds.flatMap((round) => round.loads);
  return [of('polls'), of('tabs'), of('connections'), spread(loads, 0)];
}

async function measure(browser: TestBrowser, stack: Stack, proxy: Server, sharing: boolean): Promise<Round> {
  const context = await browser.newContext({ bypassCSP: true });
  const url = `http://localhost:${(proxy.address() as AddressInfo).port}`;
  const token = await tokenOf(stack);
  for (let i = 0; i < PAGES; i += 1) await open(context, url, token, sharing);
  const page = await context.newPage();
  const loads: number[] = [];
  for (let i = 0; i < LOADS; i += 1) {
    const start = performance.now();
    const loaded = await page.goto(`${url}/?${i}`, { timeout: PATIENCE }).catch(() => null);
    loads.push(loaded === null ? PATIENCE : performance.now() - start);
  }
  const held = { polls: await gauge(stack, 'im_polls_held'), tabs: await gauge(stack, 'im_tabs') };
  const connections = connectionsTo((proxy.address() as AddressInfo).port);
  await goHome(context, stack);
  return { ...held, connections, loads };
}

/** A page with a client in it; it may never be online where there is no connection left for it. */
async function open(context: BrowserContext, url: string, token: string, sharing: boolean): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${url}/blank`, { timeout: PATIENCE }).catch(() => null);
  const options = { url, token: { user: 'p0', token }, sharing };
  const script = `import('${url}/client.js').then(({ createClient }) => createClient(${JSON.stringify(options)}).start())`;
  await page.evaluate(`void ${script}; new Promise((resolve) => setTimeout(resolve, 500))`);
}

/** Until the bridge has nothing of this round any more. */
async function goHome(context: BrowserContext, stack: Stack): Promise<void> {
  await Promise.all(context.pages().map((page) => page.goto('about:blank')));
  await context.close();
  const isQuiet = async (): Promise<boolean> => (await gauge(stack, 'im_tabs')) === 0;
  await waitUntil('the bridge to have no tab', isQuiet, { timeout: 180_000, every: 500 });
}

/** The site and the bridge at one address. `/blank` is a page with nothing in it. */
async function listen({ info }: Stack): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    if (path === '/blank') {
      outgoing.setHeader('content-type', 'text/html').end('<!doctype html><title>Blank</title>');
      return;
    }
    const isBridge = path.startsWith('/v1/') || path.endsWith('.js');
    const target = new URL(path, isBridge ? info.bridge.url : info.site.url);
    const headers = { ...incoming.headers, host: target.host, origin: new URL(info.site.url).origin };
    const { method } = incoming;
    const onward = request(target, { ...(method !== undefined && { method }), headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Established connections to a local port, by the kernel. */
function connectionsTo(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = execFileSync('cat', ['/proc/net/tcp'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => new RegExp(`^\\s*\\d+: \\S+:${hex} \\S+ 01 `).test(line)).length;
}

async function tokenOf({ info: { token } }: Stack): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('p0')
    .setAudience(token.audience)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(token.secret));
}
