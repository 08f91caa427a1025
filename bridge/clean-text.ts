/** Text as XML can carry it. One control character in a stanza closes the whole stream it is on. */

/** XML 1.0, production 2 (Char), read the other way: C0 controls but tab and line ends, U+FFFE and U+FFFF. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const UNFIT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Each character that XML can't carry, and each half of a surrogate pair, becomes U+FFFD. */
export function cleanText(text: string): string {
  return wellFormed(text).replaceAll(UNFIT, '\ufffd');
}

/** A high surrogate without a low one behind it, or a low one without a high one before it. */
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** String.prototype.toWellFormed, which TypeScript's ES2023 does not know yet. */
function wellFormed(text: string): string {
  return text.replaceAll(LONE, '\ufffd');
}
