/** `im-bridge token USER`: a token as the site mints it, for trying out. */
import { createSecretKey } from 'node:crypto';
import { parseArgs } from 'node:util';
import { SignJWT } from 'jose';
import { loadConfig } from '../config/load.ts';
import { settingsPath } from '../config/settings-path.ts';
import { Misuse, userOf, WHERE, WHERE_HELP, type Said } from './command.ts';
import { durationOf } from './duration.ts';

export const HELP = `im-bridge token USER [--for TIME] [--config FILE | --dir DIR]

Mints a token with which \`connect\` lets this user in, as the web site does, and prints it and nothing else. Whoever has it
is that user until it has expired. It needs \`token.secret\`: with \`token.publicKey\` only the site can mint.

  --for TIME     30s, 10m, 2h or 1d, which is the longest (default: 5m).
${WHERE_HELP}

  curl "http://127.0.0.1:8080/v1/connect?u=alice&token=$(im-bridge token alice)"

Exit code: 0 minted, 2 it can't be.
`;

const OPTIONS = { ...WHERE, for: { type: 'string', default: '5m' } } as const;

export async function token(argv: readonly string[]): Promise<Said> {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  const user = userOf(positionals, 'token');
  const seconds = durationOf(values.for, 'for');
  const { secret, audience } = loadConfig(settingsPath(values)).token;
  if (secret === undefined)
    throw new Misuse('the settings have token.publicKey: only the site, which has the private key, can mint');
  const now = Math.floor(Date.now() / 1000);
  const minted = await new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(createSecretKey(Buffer.from(secret, 'utf8')));
  return { text: `${minted}\n`, code: 0 };
}
