/** The whole stack for one measurement, in a folder that is gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import mysql from 'mysql2/promise';
import { startStack, type Stack, type StackOptions } from '../support/stack.ts';
import { Tab } from '../support/tab.ts';
import { conditions, say } from './numbers.ts';
import { PASSWORD } from './site-people.ts';
import { TagClient } from './tag-client.ts';

export interface BenchStack {
  readonly stack: Stack;
  readonly dir: string;
  /** The site's own schema. */
  readonly site: mysql.Connection;
  /** A native client, at the port that has neither TLS nor a shaper. */
  native(user: string): Promise<TagClient>;
  /** A token as the site mints it. */
  token(user: string): Promise<string>;
  /** A tab's connect call, from the token to the snapshot. */
  tab(user: string): Promise<Tab>;
}

export async function withStack(
  work: (bench: BenchStack) => Promise<void>,
  options: Omit<StackOptions, 'dir'> = {},
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'im-'));
  const stack = await startStack({ dir, ...options });
  const site = await siteOf(stack);
  try {
    say(conditions('before'));
    await work({ stack, dir, site, native: signIn(stack), token: minter(stack), tab: opener(stack) });
    say(`\n${conditions('after')}`);
  } finally {
    await site.end();
    await stack.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

function siteOf({ info: { mysql: account } }: Stack): Promise<mysql.Connection> {
  const { socket, user, password, siteDatabase: database } = account;
  return mysql.createConnection({ socketPath: socket, user, password, database });
}

function signIn({ info: { xmpp } }: Stack): BenchStack['native'] {
  return (user) => TagClient.signIn({ port: xmpp.port, domain: xmpp.domain, user, password: PASSWORD });
}

function minter({ info }: Stack): BenchStack['token'] {
  const { secret, audience } = info.token;
  return (user) =>
    new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(user)
      .setAudience(audience)
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(secret));
}

function opener(stack: Stack): BenchStack['tab'] {
  const mint = minter(stack);
  return async (user) => await new Tab(stack.info.bridge.url, user).connect({ token: await mint(user) });
}
