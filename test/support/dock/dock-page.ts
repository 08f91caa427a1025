/** A page with the dock in it: what a person sees in it, and does with it. */
import type { Locator, Page } from 'playwright-core';
import { waitUntil } from '../wait-until.ts';

export class DockPage {
  /** Who sits at it. */
  readonly id: string;
  readonly page: Page;

  constructor(id: string, page: Page) {
    this.id = id;
    this.page = page;
  }

  /** A part of the dock by its test id. */
  part(name: string): Locator {
    return this.page.getByTestId(name);
  }

  buddy(friend: string): Locator {
    return this.page.locator(`[data-testid=im-buddy][data-user="${friend}"]`);
  }

  window(friend: string): Locator {
    return this.page.locator(`[data-testid=im-window][data-user="${friend}"]`);
  }

  /** Those that show messages; the others are folded to their title. */
  openWindow(friend: string): Locator {
    return this.page.locator(`[data-testid=im-window][data-user="${friend}"]:not([data-minimised])`);
  }

  minimisedWindow(friend: string): Locator {
    return this.page.locator(`[data-testid=im-window][data-user="${friend}"][data-minimised]`);
  }

  messages(friend: string): Locator {
    return this.window(friend).getByTestId('im-message');
  }

  input(friend: string): Locator {
    return this.window(friend).getByTestId('im-input');
  }

  /** Opens the window of a friend, unless it is open: one that a message opened is minimised. */
  async open(friend: string): Promise<void> {
    const open = this.openWindow(friend);
    if ((await open.count()) === 0) await this.buddy(friend).click();
    await open.waitFor();
  }

  async minimise(friend: string): Promise<void> {
    await this.window(friend).getByTestId('im-minimise').click();
    await this.minimisedWindow(friend).waitFor();
  }

  async close(friend: string): Promise<void> {
    await this.window(friend).getByTestId('im-close').click();
    await this.window(friend).waitFor({ state: 'detached' });
  }

  async say(friend: string, text: string): Promise<void> {
    await this.open(friend);
    await this.input(friend).fill(text);
    await this.input(friend).press('Enter');
  }

  async sees(friend: string, text: string): Promise<void> {
    await this.open(friend);
    await this.messages(friend).filter({ hasText: text }).first().waitFor({ state: 'attached' });
  }

  async seesFriend(friend: string, show: string): Promise<void> {
    await this.page.locator(`[data-testid=im-buddy][data-user="${friend}"][data-show="${show}"]`).waitFor();
  }

  /** Waits until a message is in one of these states: `data-state` of the contract. */
  async seesState(friend: string, text: string, ...states: readonly string[]): Promise<void> {
    const message = this.messages(friend).filter({ hasText: text }).first();
    await waitUntil(`“${text.slice(0, 40)}” to be ${states.join(' or ')}`, async () =>
      states.includes((await message.getAttribute('data-state', { timeout: 1000 })) ?? ''),
    );
  }

  /** Bodies of an open window, oldest first. */
  async bodies(friend: string): Promise<string[]> {
    return this.messages(friend).allTextContents();
  }

  /** Waits until an open window shows these and nothing else. */
  async shows(friend: string, bodies: readonly string[]): Promise<void> {
    await waitUntil(`the window of ${friend} to show ${bodies.length} messages`, async () => {
      const shown = await this.bodies(friend);
      return shown.length === bodies.length && shown.every((body, n) => body === bodies[n]);
    });
  }

  /** Users of the windows, in the order in which they stand in the document. */
  async windows(): Promise<string[]> {
    const users = await this.part('im-window').evaluateAll((all) =>
      all.map((one) => one.getAttribute('data-user') ?? ''),
    );
    return users;
  }

  /** Waits for a badge with this number at a friend, in the list or at the window; 0 is none. */
  async seesUnread(friend: string, count: number): Promise<void> {
    const places = [this.window(friend), this.buddy(friend)];
    await waitUntil(`${String(count)} unread of ${friend}`, async () => {
      const counts = (await Promise.all(places.map(countsIn))).flat();
      return count === 0 ? counts.length === 0 : counts.includes(String(count));
    });
  }

  async seesTitle(title: string): Promise<void> {
    await waitUntil(`the title “${title}”`, async () => (await this.page.title()) === title);
  }

  /** Waits until this part has the focus: its test id or role, and whose it is where it is somebody's: `im-input bob`. */
  async focusIsAt(place: string): Promise<void> {
    await waitUntil(`the focus to be at ${place}`, async () => {
      const at = await this.page.evaluate(() => {
        const focused = document.querySelector('im-dock')?.shadowRoot?.activeElement;
        const name = focused?.getAttribute('data-testid') ?? focused?.getAttribute('role');
        const whose = focused?.closest('.dock [data-user]')?.getAttribute('data-user');
        return [name, whose].filter(Boolean).join(' ');
      });
      return at === place;
    });
  }

  /** Waits until the dock is connected; on a phone it is a button until one asks for more. */
  async isUp(): Promise<void> {
    const online = this.page.locator('[data-testid=im-status][data-status=online]');
    await online.or(this.part('im-launcher')).first().waitFor({ state: 'attached' });
    await this.page.locator('[data-testid=im-dock]:not(.waiting)').waitFor({ state: 'attached' }); // else it is hidden
  }

  async seesStatus(status: string): Promise<void> {
    await this.page.locator(`[data-testid=im-status][data-status=${status}]`).waitFor({ state: 'attached' });
  }

  /** Chooses what others see of this person: online, away, dnd or invisible. */
  async chooseShow(show: string): Promise<void> {
    await this.page.bringToFront(); // pages behind are drawn once a second, and clicks wait for that
    if ((await this.part('im-me-menu').count()) === 0) await this.part('im-me').click();
    await this.page.locator(`[data-testid=im-show][data-show=${show}]`).click();
  }
}

/** The numbers of the badges there; at once, as a badge may be gone in the next moment. */
function countsIn(place: Locator): Promise<(string | null)[]> {
  return place
    .getByTestId('im-badge')
    .evaluateAll((badges) => badges.map((badge) => badge.getAttribute('data-count')));
}
