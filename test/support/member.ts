/** A member at the demo site, in a browser of their own: what a person does with the page and the dock in it. */
import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { TestBrowser } from './browser.ts';

export class Member {
  readonly id: string;
  readonly page: Page;
  readonly #context: BrowserContext;

  private constructor(id: string, context: BrowserContext, page: Page) {
    this.id = id;
    this.#context = context;
    this.page = page;
  }

  /** Opens the site's front page and signs in there. */
  static async signIn(browser: TestBrowser, url: string, id: string, password: string): Promise<Member> {
    const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
    const page = await context.newPage();
    await page.goto(url);
    await page.locator('input[name=user]').fill(id);
    await page.locator('input[name=password]').fill(password);
    await page.getByTestId('sign-in').click();
    return new Member(id, context, page);
  }

  /** The same person in one more tab of the same browser. */
  async anotherTab(): Promise<Member> {
    const page = await this.#context.newPage();
    await page.goto(this.page.url());
    return new Member(this.id, this.#context, page);
  }

  buddy(friend: string): Locator {
    return this.page.locator(`[data-testid=im-buddy][data-user="${friend}"]`);
  }

  window(friend: string): Locator {
    return this.page.locator(`[data-testid=im-window][data-user="${friend}"]`);
  }

  messages(friend: string): Locator {
    return this.window(friend).getByTestId('im-message');
  }

  /** Opens the window of a friend, unless it is open: one that a message opened is minimised. */
  async open(friend: string): Promise<void> {
    const open = this.page.locator(`[data-testid=im-window][data-user="${friend}"]:not([data-minimised])`);
    if ((await open.count()) === 0) await this.buddy(friend).click();
    await open.waitFor();
  }

  async say(friend: string, text: string): Promise<void> {
    await this.open(friend);
    await this.window(friend).getByTestId('im-input').fill(text);
    await this.window(friend).getByTestId('im-input').press('Enter');
  }

  async sees(friend: string, text: string): Promise<void> {
    await this.open(friend);
    await this.messages(friend).filter({ hasText: text }).first().waitFor({ state: 'attached' });
  }

  async seesFriend(friend: string, show: string): Promise<void> {
    await this.page.locator(`[data-testid=im-buddy][data-user="${friend}"][data-show="${show}"]`).waitFor();
  }

  async signOut(): Promise<void> {
    await this.page.getByTestId('sign-out').click();
  }
}
