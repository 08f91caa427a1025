/**
 * Tickets: what the bridge shows ejabberd in place of a user's password, and the external-auth script
 * verifies. A JWT of ours alone, good for a minute: no database is asked when it is shown.
 */
import { randomUUID } from 'node:crypto';
import { SignJWT, decodeJwt, errors, jwtVerify } from 'jose';
import type { Config } from '../config/schema.ts';

/** Tells a ticket from a password. */
const PREFIX = 'im-ticket.';
/** RFC 7515, section 7.1. Blanks and line ends, which a lenient base64 reader passes over, make it another text. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const AUDIENCE = 'xmpp';
const ALGORITHM = 'HS256';
/** Names the kind, so that a token of the web site is no ticket, should both secrets be one. */
const TYPE = 'im-ticket+jwt';
/** Seconds that the clocks of the bridge's and ejabberd's machine may be apart. */
const LEEWAY = 5;

type TicketConfig = Config['ticket'];

export function isTicket(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** @param request the id of the traced call for which it is shown: stands in the trace of the other side, too */
export async function mintTicket(
  config: TicketConfig,
  userId: string,
  now = new Date(),
  request?: string,
): Promise<string> {
  const issued = Math.floor(now.getTime() / 1000);
  const jwt = await new SignJWT(request === undefined ? {} : { request })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setSubject(userId)
    .setAudience(AUDIENCE)
    .setIssuedAt(issued)
    .setExpirationTime(issued + Math.ceil(config.lifetime))
    .setJti(randomUUID())
    .sign(keyOf(config));
  return PREFIX + jwt;
}

/** Whose ticket this is; undefined when it is not one of ours, or no longer good. */
export async function verifyTicket(
  config: TicketConfig,
  text: string,
  now = new Date(),
): Promise<string | undefined> {
  const jwt = text.slice(PREFIX.length);
  if (!isTicket(text) || !COMPACT.test(jwt)) return undefined;
  try {
    const { payload } = await jwtVerify(jwt, keyOf(config), {
      algorithms: [ALGORITHM],
      audience: AUDIENCE,
      typ: TYPE,
      requiredClaims: ['sub', 'aud', 'exp', 'jti'],
      clockTolerance: LEEWAY,
      currentDate: now,
    });
    return payload.sub;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** The traced call for which a ticket, which has been verified, is shown. */
export function requestOfTicket(text: string): string | undefined {
  if (!isTicket(text)) return undefined;
  const { request } = decodeJwt(text.slice(PREFIX.length));
  return typeof request === 'string' ? request : undefined;
}

function keyOf({ secret }: TicketConfig): Uint8Array {
  return new TextEncoder().encode(secret);
}
