/** Where things stand on the screen, and what must hold of it whatever is shown. */
import { isDeepStrictEqual } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { waitUntil } from '../wait-until.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** In CSS pixels, rounded, when it has come to rest. @throws Error when it is not on the screen. */
export async function boxOf(place: Locator): Promise<Box> {
  let before: Box | null = null;
  return waitUntil(`${String(place)} to be on the screen and at rest`, async () => {
    const now = await place.boundingBox();
    const isAtRest = now !== null && isDeepStrictEqual(now, before);
    before = now;
    return isAtRest && rounded(now);
  });
}

function rounded({ x, y, width, height }: Box): Box {
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
}

/** CSS pixels by which the page can be scrolled sideways. */
export function sidewaysOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/**
 * Elements inside the place that stick out of it at its sides, as `class: pixels`. What is cut off or scrolled by
 * something between is inside.
 */
export function sticksOut(place: Locator): Promise<string[]> {
  return place.evaluate((root) => {
    const { left, right } = root.getBoundingClientRect();
    const isCut = (element: Element): boolean => {
      for (let up = element.parentElement; up !== null && up !== root; up = up.parentElement)
        if (getComputedStyle(up).overflowX !== 'visible') return true;
      return false;
    };
    return [...root.querySelectorAll('*')].flatMap((element) => {
      const box = element.getBoundingClientRect();
      const out = Math.max(left - box.left, box.right - right);
      return box.width > 0 && out > 1 && !isCut(element)
        ? [`${element.getAttribute('class') ?? element.tagName}: ${Math.round(out)}`]
        : [];
    });
  });
}

/** Elements inside the place that can be scrolled sideways, as `class: pixels`. */
export function scrollsSideways(place: Locator): Promise<string[]> {
  return place.evaluate((root) =>
    [root, ...root.querySelectorAll('*')].flatMap((element) => {
      const { overflowX } = getComputedStyle(element);
      const more = element.scrollWidth - element.clientWidth;
      const canScroll = overflowX === 'auto' || overflowX === 'scroll';
      return canScroll && more > 0 && element.clientWidth > 0
        ? [`${element.getAttribute('class') ?? element.tagName}: ${String(more)}`]
        : [];
    }),
  );
}
