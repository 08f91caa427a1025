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

/** Scrolls to the top, and gives what is the first in sight there, before anything is loaded. */
export function toTop(screen: DockPage, friend: string): Promise<Anchor> {
  return logOf(screen, friend).evaluate((log) => {
    log.scrollTop = 0;
    const message = log.querySelector('[data-testid=im-message]');
    const top = message?.getBoundingClientRect().top ?? NaN;
    return {
      id: message?.getAttribute('data-id') ?? '',
      place: Math.round(top - log.getBoundingClientRect().top),
    };
  });
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
