/**
 * Site ids that can be addresses: only those that ejabberd's nodeprep leaves as they are, so that two
 * accounts never meet in one address.
 */

/** RFC 6122, section 2.3: a local part has 1023 bytes at the most; far less is enough for an id. */
const MAX_ID = 128;

/**
 * ASCII, without upper case (nodeprep folds it) and control characters. `\` is left out: `\20` as an id
 * and a blank's escape would be one address.
 */
const USER_ID = /^[!-@[\]-~](?:[ -@[\]-~]*[!-@[\]-~])?$/;

/** Is this a site id that can be an address? Lower-case ASCII, no backslash, 128 characters at the most. */
export function isUserId(id: string): boolean {
  return id.length <= MAX_ID && USER_ID.test(id);
}
