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
import { SignJWT } from 'jose';
import type { BrowserContext, Page } from 'playwright-core';
import { launchBrowser, type TestBrowser } from '../../support/browser.ts';
import { gauge } from '../../support/gauge.ts';
import type { Stack } from '../../support/stack.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { withStack } from '../bench-stack.ts';
import { say, spread, table } from '../numbers.ts';
import { addPeople } from '../site-people.ts';

const PAGES = 20;
const ROUNDS = 2;
const LOADS = 6;
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
  const pages: Page[] = [];
  for (let i = 0; i < PAGES; i += 1) pages.push(await open(context, url));
  for (const one of pages) await start(one, { url, token: { user: 'p0', token }, sharing });
  const wanted = sharing ? 1 : 5; // a browser's six connections, less one for what comes and goes
  await waitUntil('the polls', async () => (await gauge(stack, 'im_polls_held')) >= wanted);
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

/** A page that has the client, and has not started it: later there may be no connection left to load it by. */
async function open(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/blank`);
  await page.evaluate(async (address) => {
    Object.assign(globalThis, await import(`${address}/client.js`));
  }, url);
  return page;
}

function start(page: Page, options: object): Promise<void> {
  return page.evaluate((given) => {
    const { createClient } = globalThis as unknown as {
      createClient: (options: object) => { start(): void };
    };
    createClient(given).start();
  }, options);
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
    const site = info.site.url; // what the bridge expects a page to come from
    const headers = { ...incoming.headers, host: target.host, origin: new URL(site).origin, referer: site };
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
