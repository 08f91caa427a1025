/** Site ids and JIDs: a site id becomes the local part of an address by XEP-0106 escaping. */
import jid from '@xmpp/jid';
import { isUserId } from '../user-id.ts';

export { isUserId };

/**
 * Printable ASCII of which XEP-0106 leaves all as it is, and in which nothing is an escape: nearly every id. The library
 * looks for each of the ten escapes in turn, and addresses are read thousands of times a second.
 */
const UNESCAPED = /^[!#-%(-.0-9;=?A-[\]-~]+$/;

/** The bare address of a site user. */
export function addressOf(id: string, domain: string): string {
  return `${localPartOf(id)}@${domain}`;
}

export function localPartOf(id: string): string {
  return UNESCAPED.test(id) ? id : jid.escapeLocal(id);
}

/** The site id of a local part; undefined when no site id has this one. */
export function userIdOf(localPart: string): string | undefined {
  if (UNESCAPED.test(localPart)) return isUserId(localPart) ? localPart : undefined;
  const id = jid.unescapeLocal(localPart);
  return isUserId(id) && localPartOf(id) === localPart ? id : undefined;
}

/** The site id behind an address of the domain, bare or full; undefined for all others. */
export function userOfAddress(address: string | undefined, domain: string): string | undefined {
  const bare = address?.split('/', 1)[0] ?? '';
  const at = bare.lastIndexOf('@');
  return at > 0 && bare.slice(at + 1) === domain ? userIdOf(bare.slice(0, at)) : undefined;
}
