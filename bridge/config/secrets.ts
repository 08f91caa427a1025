/** What users show: tokens of the site to the bridge, tickets of the bridge to ejabberd. */
import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { seconds, secret } from './values.ts';

function isPublicKey(pem: string): boolean {
  try {
    return createPublicKey(pem).type === 'public';
  } catch {
    return false;
  }
}

export const token = z
  .strictObject({
    secret: secret
      .optional()
      .describe('Shared with the site, which signs with it (HS256). This or `publicKey`.'),
    publicKey: z
      .string()
      .refine(isPublicKey, 'is no public key in PEM form')
      .meta({ unit: 'PEM' })
      .optional()
      .describe('The site’s, instead of a shared secret: then the bridge could not mint tokens itself.'),
    audience: z
      .string()
      .min(1)
      .default('im')
      .describe('`aud` of the tokens: those that the site mints for other services open nothing here.'),
    leeway: seconds(0, 300)
      .default(30)
      .describe(
        'That the site’s clock may be off: more than one that is set over the network ever is, and little beside a token’s minutes.',
      ),
  })
  .refine((token) => (token.secret === undefined) !== (token.publicKey === undefined), {
    message: 'needs either secret or publicKey, and not both',
  });

export const ticket = z.strictObject({
  secret: secret.describe(
    'Signs the tickets that the bridge shows ejabberd in place of a user’s password; the external-auth script checks them with it.',
  ),
  lifetime: seconds(5, 600)
    .default(60)
    .describe(
      'Of a ticket. It is made for one login: as long as a login may wait in ejabberd, and no longer.',
    ),
});
