/** The list of messages as it is scrolled. */
import type { Locator } from 'playwright-core';
import { waitUntil } from '../wait-until.ts';
import type { DockPage } from './dock-page.ts';

/** The part of a window that scrolls. */
function logOf(screen: DockPage, friend: string): Locator {
  return screen.window(friend).getByRole('log');
}

/** Something that one reads: the id of a message, and how many CSS pixels it stands below the top of the list. */
export interface Anchor {
  readonly id: string;
  readonly place: number;
}

/** Scrolls to so many CSS pixels below the top, and gives the first message there, before anything is loaded. */
export function scrollTo(screen: DockPage, friend: string, below: number): Promise<Anchor> {
  return logOf(screen, friend).evaluate((log, wanted) => {
    log.scrollTop = wanted;
    const { top } = log.getBoundingClientRect();
    const placeIn = (message: Element): number => Math.round(message.getBoundingClientRect().top - top);
    const messages = [...log.querySelectorAll('[data-testid=im-message]')];
    const first = messages.find((message) => placeIn(message) >= 0);
    return { id: first?.getAttribute('data-id') ?? '', place: first === undefined ? NaN : placeIn(first) };
  }, below);
}

/** CSS pixels from the end. */
export function belowOf(screen: DockPage, friend: string): Promise<number> {
  return logOf(screen, friend).evaluate((log) =>
    Math.round(log.scrollHeight - log.scrollTop - log.clientHeight),
  );
}

/** Where a message stands now: see Anchor. */
export function placeOf(screen: DockPage, friend: string, id: string): Promise<number> {
  return logOf(screen, friend).evaluate((log, wanted) => {
    const top = log.querySelector(`[data-id="${wanted}"]`)?.getBoundingClientRect().top ?? NaN;
    return Math.round(top - log.getBoundingClientRect().top);
  }, id);
}

/** Waits until there are more messages than `count`, and gives how many there are then. */
export function moreThan(screen: DockPage, friend: string, count: number): Promise<number> {
  return waitUntil(`more than ${String(count)} messages`, async () => {
    const now = await screen.messages(friend).count();
    return now > count && now;
  });
}

/** Waits until a conversation has stood still for thirty frames. */
export async function comesToRest(screen: DockPage, friend: string): Promise<void> {
  await logOf(screen, friend).evaluate(async (log) => {
    let last = log.scrollTop;
    for (let still = 0; still < 30; still += 1) {
      await new Promise(requestAnimationFrame);
      if (log.scrollTop !== last) still = 0;
      last = log.scrollTop;
    }
  });
}
