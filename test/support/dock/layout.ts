/** Where things stand on the screen, and what must hold of it whatever is shown. */
import type { Locator, Page } from 'playwright-core';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** In CSS pixels, rounded. @throws Error when it is not on the screen. */
export async function boxOf(place: Locator): Promise<Box> {
  const box = await place.boundingBox();
  if (box === null) throw new Error(`${String(place)} is not on the screen`);
  const { x, y, width, height } = box;
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

/** Messages of a window that are wider inside than the place they have, as `beginning of the text: pixels`. */
export function tooWide(place: Locator): Promise<string[]> {
  return place.getByTestId('im-message').evaluateAll((all) =>
    all.flatMap((one) => {
      const more = one.scrollWidth - one.clientWidth;
      return more > 1 ? [`${one.textContent.slice(0, 20)}: ${String(more)}`] : [];
    }),
  );
}
