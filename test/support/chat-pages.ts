/** Pages of one browser, each with a headless client as a site's own front end would have it. */
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import type { Client, ClientState, Event } from '../../bridge/client/index.ts';
import type { Person } from './story.ts';
import type { Stack } from './stack.ts';
import { waitUntil } from './wait-until.ts';

/** Where a page keeps what the test drives, and what it has heard. */
interface InPage {
  readonly chat: Client;
  readonly events: Event[];
  readonly rings: number[];
  readonly statuses: string[];
}
declare const page: InPage;

export class ChatPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /**
   * Loads a page of the site, or loads it again, and starts the client in it. The site is asked who is signed in by
   * the page's own `whoIsSignedIn`, where it has one.
   */
  async load({ info: { site, bridge } }: Stack, person: Person, options: object = {}): Promise<this> {
    await this.page.goto(site.url);
    await this.page.evaluate(
      async ([url, user, token, more]) => {
        const { createClient } = (await import(`${url}/client.js`)) as {
          createClient: (options: object) => Client;
        };
        const { whoIsSignedIn } = globalThis as { whoIsSignedIn?: () => Promise<unknown> };
        const source = whoIsSignedIn ?? { user, token };
        const chat = createClient({ url, token: source, storage: sessionStorage, ...more });
        const here: InPage = { chat, events: [], rings: [], statuses: [] };
        chat.onEvent(({ event, ring }) => {
          here.events.push(event);
          if (ring) here.rings.push(event.n);
        });
        chat.subscribe(({ status }) => {
          if (here.statuses.at(-1) !== status) here.statuses.push(status);
        });
        (globalThis as unknown as { page: InPage }).page = here;
        chat.start();
      },
      [bridge.url, person.id, await person.token(), options] as const,
    );
    return this;
  }

  state(): Promise<ClientState> {
    return this.page.evaluate(() => page.chat.state);
  }

  /** The numbers of the messages that it was to ring for. */
  rings(): Promise<number[]> {
    return this.page.evaluate(() => page.rings);
  }

  /** The numbers of all events that it has heard. */
  heard(): Promise<number[]> {
    return this.page.evaluate(() => page.events.map(({ n }) => n));
  }

  /** Every status that it has had, in order. */
  statuses(): Promise<string[]> {
    return this.page.evaluate(() => page.statuses);
  }

  async send(to: string, body: string): Promise<void> {
    await this.page.evaluate(([peer, text]) => page.chat.send(peer, text), [to, body] as const);
  }

  async bodies(peer: string): Promise<string[]> {
    const { snapshot } = await this.state();
    const conversation = snapshot?.conversations.find((one) => one.with === peer);
    return conversation?.messages.map(({ body }) => body) ?? [];
  }

  async isOnline(): Promise<void> {
    await waitUntil('the page to be online', async () => (await this.state()).status === 'online');
  }

  /** Waits until the conversation is this and no more. */
  async shows(peer: string, bodies: readonly string[]): Promise<void> {
    const wanted = JSON.stringify(bodies);
    await waitUntil(`${wanted} in a page`, async () => JSON.stringify(await this.bodies(peer)) === wanted);
  }

  /** As the browser does with pages that nobody looks at: no code of it runs until it is thawed. */
  async freeze(): Promise<CDPSession> {
    const session = await this.page.context().newCDPSession(this.page);
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    return session;
  }

  static async thaw(session: CDPSession): Promise<void> {
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    await session.detach();
  }

  /** Nothing of the page runs for so many milliseconds: it hangs. */
  hang(milliseconds: number): Promise<void> {
    return this.page.evaluate((ms) => {
      const end = performance.now() + ms;
      while (performance.now() < end);
    }, milliseconds);
  }
}

/** So many pages of one browser, all online. */
export async function openPages(
  context: BrowserContext,
  count: number,
  stack: Stack,
  person: Person,
  options: object = {},
): Promise<ChatPage[]> {
  const pages: ChatPage[] = [];
  for (let i = 0; i < count; i += 1)
    pages.push(await new ChatPage(await context.newPage()).load(stack, person, options));
  for (const one of pages) await one.isOnline();
  return pages;
}
