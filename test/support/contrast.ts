/** Texts of a page that are too faint: WCAG 2.2, 1.4.3, by the colours that the browser has worked out. */
import type { Page } from 'playwright-core';

/**
 * One line for each kind of text below 4.5:1, or 3:1 where it is large. A gradient, of which other tools say nothing,
 * counts by its faintest stop; the dock, in a tree of its own, is not looked at.
 */
export function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Colour = readonly [number, number, number, number];
    const TEXT = /\S/;

    const colourOf = (text: string): Colour => {
      const [r = 0, g = 0, b = 0, a = 1] = (/\(([^)]*)\)/.exec(text)?.[1] ?? '').split(/[ ,/]+/).map(Number);
      return [r, g, b, a];
    };
    const luminance = ([r, g, b]: Colour): number => {
      const linear = (value: number): number =>
        value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
      return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    };
    const ratio = (one: Colour, other: Colour): number => {
      const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((x, y) => y - x);
      return (light + 0.05) / (dark + 0.05);
    };
    /** All that the text may stand on: the nearest ground behind it that is not see-through. */
    const groundsOf = (element: Element): Colour[] => {
      for (let one: Element | null = element; one !== null; one = one.parentElement) {
        const { backgroundColor, backgroundImage } = getComputedStyle(one);
        const stops = backgroundImage.match(/rgba?\([^)]*\)/g);
        if (stops !== null) return stops.map(colourOf);
        if (colourOf(backgroundColor)[3] === 1) return [colourOf(backgroundColor)];
      }
      return [[255, 255, 255, 1]];
    };
    const isFaint = (element: Element): boolean => {
      const { color, fontSize, fontWeight } = getComputedStyle(element);
      const size = Number.parseFloat(fontSize);
      const least = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5;
      return groundsOf(element).some((ground) => ratio(colourOf(color), ground) < least);
    };
    const saysSomething = (element: Element): boolean =>
      [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && TEXT.test(node.textContent ?? ''),
      );

    const faint = [...document.body.querySelectorAll('*')].filter(
      (element) => saysSomething(element) && element.checkVisibility() && isFaint(element),
    );
    const lines = faint.map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
    return [...new Set(lines)];
  });
}
