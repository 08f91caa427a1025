/**
 * Site ids and JIDs. A site id becomes the local part of an address by XEP-0106 escaping. Only ids that
 * ejabberd's nodeprep leaves as they are get in, so that two accounts never meet in one address.
 */
import jid from '@xmpp/jid';

/** RFC 6122, section 2.3: a local part has 1023 bytes at the most; far less is enough for an id. */
const MAX_ID = 128;

/**
 * ASCII, without upper case (nodeprep folds it) and control characters. `\` is left out: `\20` as an id
 * and a blank's escape would be one address.
 */
const USER_ID = /^[!-@[\]-`{-~](?:[ -@[\]-`{-~]*[!-@[\]-`{-~])?$/;

/** Is this a site id that can be an address? Lower-case ASCII, no backslash, 128 characters at the most. */
export function isUserId(id: string): boolean {
  return id.length <= MAX_ID && USER_ID.test(id);
}

/** The bare address of a site user. */
export function addressOf(id: string, domain: string): string {
  return `${localPartOf(id)}@${domain}`;
}

export function localPartOf(id: string): string {
  return jid.escapeLocal(id);
}

/** The site id of a local part; undefined when no site id has this one. */
export function userIdOf(localPart: string): string | undefined {
  const id = jid.unescapeLocal(localPart);
  return isUserId(id) && localPartOf(id) === localPart ? id : undefined;
}

/** The site id behind an address of the domain, bare or full; undefined for all others. */
export function userOfAddress(address: string | undefined, domain: string): string | undefined {
  const bare = address?.split('/', 1)[0] ?? '';
  const at = bare.lastIndexOf('@');
  return at > 0 && bare.slice(at + 1) === domain ? userIdOf(bare.slice(0, at)) : undefined;
}
