/**
 * Twenty pages of one browser, with one connection for all and with one for each: in how many there is a chat, what
 * the bridge holds, and how long a page of the site needs meanwhile. Site and bridge are at one address, as a proxy
 * makes it, over HTTP/1.1: there a browser has six connections for requests with cookies (pages, JSONP), and six for
 * those without (the client's `fetch`). In turns, on one stack.
 */
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { SignJWT } from 'jose';
import type { BrowserContext, Page } from 'playwright-core';
import type { Client } from '../../../bridge/client/index.ts';
import { launchBrowser, type TestBrowser } from '../../support/browser.ts';
import { gauge } from '../../support/gauge.ts';
import type { Stack } from '../../support/stack.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { withStack } from '../bench-stack.ts';
import { say, spread, table } from '../numbers.ts';
import { addPeople } from '../site-people.ts';

const PAGES = 20;
const LOADS = 8;
/** Milliseconds after which a page that does not load is given up. */
const PATIENCE = 60_000;

const VARIANTS = [
  { transport: 'json', sharing: true },
  { transport: 'json', sharing: false },
  { transport: 'jsonp', sharing: true },
  { transport: 'jsonp', sharing: false },
] as const;
type Variant = (typeof VARIANTS)[number];

await withStack(async ({ stack, site }) => {
  await addPeople(site, ['p0']);
  const proxy = await listen(stack);
  const browser = await launchBrowser();
  const rows: string[][] = [];
  try {
    for (const variant of VARIANTS) rows.push(await measure(browser, stack, proxy, variant));
  } finally {
    await browser.close();
    proxy.close();
    proxy.closeAllConnections();
  }
  say(`\n${PAGES} pages, ${LOADS} loads of a page of the site; milliseconds: median (quartiles), worst\n`);
  const head = [
    'transport',
    'connection',
    'pages with a chat',
    'polls held',
    'tabs',
    'TCP connections',
    'load',
  ];
  say(table(head, rows));
});

async function measure(
  browser: TestBrowser,
  stack: Stack,
  proxy: Server,
  variant: Variant,
): Promise<string[]> {
  const context = await browser.newContext({ bypassCSP: true });
  const { port } = proxy.address() as AddressInfo;
  const url = `http://localhost:${port}`;
  const token = { user: 'p0', token: await tokenOf(stack) };
  const pages: Page[] = [];
  for (let i = 0; i < PAGES; i += 1) pages.push(await open(context, url));
  const another = await context.newPage();
  for (const one of pages) await start(one, { url, token, ...variant });
  const wanted = variant.sharing ? 1 : 5; // of six connections, one may be with what comes and goes
  await waitUntil('the polls', async () => (await gauge(stack, 'im_polls_held')) >= wanted);
  const loads: number[] = [];
  for (let i = 0; i < LOADS; i += 1) loads.push(await load(another, `${url}/?${i}`));
  const online = (await Promise.all(pages.map(isOnline))).filter((is) => is).length;
  const held = [
    await gauge(stack, 'im_polls_held'),
    await gauge(stack, 'im_tabs'),
    await connectionsOf(proxy),
  ];
  await goHome(context, stack);
  const took = `${spread(loads, 0)}, ${Math.max(...loads).toFixed(0)}`;
  return [
    variant.transport,
    variant.sharing ? 'shared' : 'each its own',
    String(online),
    ...held.map(String),
    took,
  ];
}

/** Milliseconds. */
async function load(page: Page, address: string): Promise<number> {
  const start = performance.now();
  const answer = await page.goto(address, { timeout: PATIENCE }).catch(() => null);
  return answer === null ? PATIENCE : performance.now() - start;
}

/** A page that has the client, and has not started it: later there may be no connection left to load it by. */
async function open(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/blank`);
  // A text: the compiler would put a helper of its own into the function, which the page lacks.
  await page.evaluate(`import('${url}/client.js').then((client) => void Object.assign(globalThis, client))`);
  return page;
}

function start(page: Page, options: object): Promise<void> {
  return page.evaluate((given) => {
    const made = globalThis as unknown as { createClient: (options: object) => Client; chat: Client };
    made.chat = made.createClient(given);
    made.chat.start();
  }, options);
}

function isOnline(page: Page): Promise<boolean> {
  return page.evaluate(() => (globalThis as unknown as { chat: Client }).chat.state.status === 'online');
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

function connectionsOf(server: Server): Promise<number> {
  return promisify(server.getConnections.bind(server))();
}

async function tokenOf({ info: { token } }: Stack): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('p0')
    .setAudience(token.audience)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(token.secret));
}
