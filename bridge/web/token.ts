/** Tokens that the site mints for its signed-in users: JWT (RFC 7519), checked at `connect` alone. */
import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import type { Config } from '../config/schema.ts';
import { CallError } from '../errors.ts';
import { isUserId } from '../user-id.ts';

/** Is this token good for the user? Unix seconds when it was minted; undefined when it does not say. */
export type VerifyToken = (user: string, token: string) => Promise<number | undefined>;

/** RFC 7515, section 7.1. Blanks and line ends, which a lenient base64 reader passes over, make it another text. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** @throws Error when the configured public key is none. */
export function tokenVerifier({ secret, publicKey, audience, leeway }: Config['token']): VerifyToken {
  const { key, algorithms } = keyOf(secret, publicKey);
  return async (user, token) => {
    const { sub: subject, iat } = await claimsOf(token, key, {
      audience,
      algorithms,
      clockTolerance: leeway,
      requiredClaims: ['sub', 'exp'],
    });
    if (subject !== user) throw new CallError('bad-token', 'this token is for another user');
    if (!isUserId(user))
      throw new CallError(
        'bad-token',
        'a user id must be lower-case ASCII, without backslash, of 128 characters at the most',
      );
    return iat;
  };
}

function keyOf(
  secret: string | undefined,
  publicKey: string | undefined,
): { key: KeyObject; algorithms: string[] } {
  if (publicKey === undefined)
    return { key: createSecretKey(Buffer.from(secret ?? '', 'utf8')), algorithms: ['HS256'] };
  return { key: createPublicKey(publicKey), algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'] };
}

async function claimsOf(
  token: string,
  key: KeyObject,
  options: Parameters<typeof jwtVerify>[2],
): Promise<JWTPayload> {
  if (!COMPACT.test(token))
    throw new CallError('bad-token', 'this is no token: get a fresh one from the site');
  try {
    return (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw new CallError('token-expired', 'this token has expired: get a fresh one from the site');
    throw new CallError('bad-token', 'this token is not valid: get a fresh one from the site', {
      cause: error,
    });
  }
}
