/** What the bridge asks for at connect: a short-lived word of this site for who its person is. */
import { SignJWT } from 'jose';
import type { SiteSettings } from './settings.ts';

/** Seconds. The dock asks for another whenever it needs one. */
const LIFETIME = 5 * 60;

export interface ChatToken {
  readonly user: string;
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export async function chatTokenFor(
  user: string,
  { secret, audience }: SiteSettings['token'],
  now = Date.now(),
): Promise<ChatToken> {
  const issued = Math.floor(now / 1000);
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setAudience(audience)
    .setIssuedAt(issued)
    .setExpirationTime(issued + LIFETIME)
    .sign(new TextEncoder().encode(secret));
  return { user, token, expiresAt: new Date((issued + LIFETIME) * 1000).toISOString() };
}
