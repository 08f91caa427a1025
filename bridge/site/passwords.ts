/** Is this the password of that hash? bcrypt, argon2 and scrypt, in the time that they take, right or wrong. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { argon2d, argon2i, argon2id, bcrypt } from 'hash-wasm';
import type { Log } from '../log.ts';
import { parseHash, type Argon2, type Recipe } from './password-recipe.ts';

/** Bytes: nobody types more, and ejabberd's frame has 65535 for everything. */
const MAX_PASSWORD = 4096;
/** bcrypt takes no more into account; PHP's password_hash cuts longer passwords there. */
const BCRYPT_PASSWORD = 72;
/** What a check costs before any hash has been seen. */
const USUAL: Recipe = { algorithm: 'bcrypt', cost: 10, salt: randomBytes(16) };

/** The work of a check. */
export type Derive = (recipe: Recipe, password: Buffer) => Promise<Buffer>;

export class Passwords {
  readonly #log: Log;
  readonly #derive: Derive;
  /** The costs that this site's hashes have, so that an unknown user takes as long as a known one. */
  #usual: Recipe = USUAL;

  constructor(log: Log, deriveWith: Derive = derive) {
    this.#log = log;
    this.#derive = deriveWith;
  }

  /** False as well for a hash of an unknown format or with costs out of bounds: that is logged. */
  async verify(hash: string, password: string): Promise<boolean> {
    const stored = parseHash(hash);
    if (stored === undefined) {
      this.#log.event('password-hash-unknown', { prefix: prefixOf(hash) });
      return await this.pretend(password);
    }
    this.#usual = stored.recipe;
    if (!isPossible(password)) return false;
    const digest = await this.#derive(stored.recipe, Buffer.from(password));
    return digest.length === stored.digest.length && timingSafeEqual(digest, stored.digest);
  }

  /** For a user who is not there: false, after the time that a check takes. */
  async pretend(password: string): Promise<false> {
    if (isPossible(password)) await this.#derive(this.#usual, Buffer.from(password));
    return false;
  }
}

/** Could this be anybody's password? Not when it is empty, or longer than anybody types. */
export function isPossible(password: string): boolean {
  return password !== '' && Buffer.byteLength(password) <= MAX_PASSWORD;
}

export async function derive(recipe: Recipe, password: Buffer): Promise<Buffer> {
  switch (recipe.algorithm) {
    case 'bcrypt': {
      const { cost: costFactor, salt } = recipe;
      const digest = await bcrypt({
        password: password.subarray(0, BCRYPT_PASSWORD),
        salt,
        costFactor,
        outputType: 'binary',
      });
      return Buffer.from(digest).subarray(0, 23); // bcrypt's text form leaves out the 24th byte
    }
    case 'scrypt':
      return await deriveScrypt(recipe, password);
    case 'argon2i':
    case 'argon2d':
    case 'argon2id':
      return await deriveArgon2(recipe, password);
  }
}

const ARGON2 = { argon2i, argon2d, argon2id };

async function deriveArgon2(
  recipe: Extract<Recipe, { algorithm: Argon2 }>,
  password: Buffer,
): Promise<Buffer> {
  const digest = await ARGON2[recipe.algorithm]({
    password,
    salt: recipe.salt,
    iterations: recipe.passes,
    parallelism: recipe.lanes,
    memorySize: recipe.memory,
    hashLength: recipe.length,
    outputType: 'binary',
  });
  return Buffer.from(digest);
}

function deriveScrypt(recipe: Extract<Recipe, { algorithm: 'scrypt' }>, password: Buffer): Promise<Buffer> {
  const { logN, blockSize: r, lanes: p, salt, length } = recipe;
  const N = 2 ** logN;
  const maxmem = 128 * r * (N + p + 2) + 65_536; // node's own limit is 32 MiB
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, { N, r, p, maxmem }, (error, digest) => {
      if (error === null) resolve(digest);
      else reject(error);
    });
  });
}

/** The name of the format, and nothing of the hash. */
function prefixOf(hash: string): string {
  return /^\$[a-z0-9-]{1,20}\$/.exec(hash)?.[0] ?? 'none';
}
