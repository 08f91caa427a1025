/** Bodies of a few emoji and nothing else: they are shown big. */

/** An emoji, a skin tone, a variation selector with or without a keycap, or the tags of a regional flag (UTS #51, 1.4.9). */
const MORE = String.raw`(?:\p{EMod}|\uFE0F\u20E3?|[\u{E0020}-\u{E007E}]{1,8}\u{E007F})`;
/** Digits are emoji by that standard, and so is ©: they count only with the selector that asks for a picture. */
const FIRST = String.raw`(?:\p{RI}\p{RI}|\p{EPres}${MORE}?|\p{Emoji}${MORE})`;
const EMOJI = String.raw`${FIRST}(?:\u200D\p{Emoji}${MORE}?){0,8}`;
const FEW = new RegExp(String.raw`^\s*(?:${EMOJI}\s*){1,3}$`, 'u');

/** UTF-16 units: three families of four, each with skin tones, and blanks between. */
const LONGEST = 120;

export function isJumbo(body: string): boolean {
  return body.length <= LONGEST && FEW.test(body);
}
