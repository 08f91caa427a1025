/** A member at the demo site, in a browser of their own: what a person does with the page and the dock in it. */
import type { BrowserContext, Page } from 'playwright-core';
import type { TestBrowser } from './browser.ts';
import { DockPage } from './dock/dock-page.ts';

export class Member extends DockPage {
  readonly #context: BrowserContext;

  private constructor(id: string, context: BrowserContext, page: Page) {
    super(id, page);
    this.#context = context;
  }

  /** Opens the site's front page and signs in there. */
  static async signIn(browser: TestBrowser, url: string, id: string, password: string): Promise<Member> {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
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

  async signOut(): Promise<void> {
    await this.page.getByTestId('sign-out').click();
  }
}
