/**
 * A stored password hash, taken apart: which function with which costs made it, from which salt. A hash
 * that would cost more than a login may is as unreadable as one of an unknown format.
 */

export type Argon2 = 'argon2i' | 'argon2d' | 'argon2id';

export type Recipe = { readonly salt: Buffer } & (
  | { readonly algorithm: 'bcrypt'; readonly cost: number }
  | {
      readonly algorithm: Argon2;
      /** KiB. */
      readonly memory: number;
      readonly passes: number;
      readonly lanes: number;
      readonly length: number;
    }
  | {
      readonly algorithm: 'scrypt';
      /** Base-2 logarithm of N. */
      readonly logN: number;
      readonly blockSize: number;
      readonly lanes: number;
      readonly length: number;
    }
);

export interface StoredHash {
  readonly recipe: Recipe;
  readonly digest: Buffer;
}

/** About half a second of one core here: the script answers within two seconds, database and all. */
const MAX_BCRYPT_COST = 13;
/** KiB, and KiB times passes: 256 MiB at once, and four times that in all. */
const MAX_ARGON2_MEMORY = 262_144;
const MAX_ARGON2_WORK = 1_048_576;
/** Bytes (128 N r), and N r p: 256 MiB at once, and four times OWASP's choice (2^17, 8, 1) in all. */
const MAX_SCRYPT_MEMORY = 2 ** 28;
const MAX_SCRYPT_WORK = 2 ** 22;
const MAX_LANES = 64;

/** The parts of a stored hash; undefined for an unknown format, or costs out of bounds. */
export function parseHash(text: string): StoredHash | undefined {
  if (text.length > 512) return undefined;
  const stored = parseBcrypt(text) ?? parseArgon2(text) ?? parseScrypt(text);
  return stored !== undefined && isAffordable(stored) ? stored : undefined;
}

const BCRYPT = /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/;

function parseBcrypt(text: string): StoredHash | undefined {
  const [, cost, salt, digest] = BCRYPT.exec(text) ?? [];
  if (cost === undefined || salt === undefined || digest === undefined) return undefined;
  const recipe: Recipe = { algorithm: 'bcrypt', cost: Number(cost), salt: bcryptBytes(salt, 16) };
  return { recipe, digest: bcryptBytes(digest, 23) };
}

const ARGON2 = /^\$(argon2(?:i|d|id))\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,3})\$([\w+/.-]+)\$([\w+/.-]+)$/;

function parseArgon2(text: string): StoredHash | undefined {
  const [, algorithm, m, t, p, salt, digest] = ARGON2.exec(text) ?? [];
  if (salt === undefined || digest === undefined) return undefined;
  const bytes = base64(digest);
  const costs = { memory: Number(m), passes: Number(t), lanes: Number(p), length: bytes.length };
  return { recipe: { algorithm: algorithm as Argon2, ...costs, salt: base64(salt) }, digest: bytes };
}

/** The form of passlib and of most who follow PHC's string format. */
const SCRYPT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([\w+/.-]+={0,2})\$([\w+/.-]+={0,2})$/;

function parseScrypt(text: string): StoredHash | undefined {
  const [, ln, r, p, salt, digest] = SCRYPT.exec(text) ?? [];
  if (salt === undefined || digest === undefined) return undefined;
  const bytes = base64(digest);
  const costs = { logN: Number(ln), blockSize: Number(r), lanes: Number(p), length: bytes.length };
  return { recipe: { algorithm: 'scrypt', ...costs, salt: base64(salt) }, digest: bytes };
}

function isAffordable({ recipe, digest }: StoredHash): boolean {
  if (recipe.algorithm === 'bcrypt') return recipe.cost >= 4 && recipe.cost <= MAX_BCRYPT_COST;
  if (recipe.lanes < 1 || recipe.lanes > MAX_LANES || digest.length < 16 || digest.length > 128) return false;
  if (recipe.algorithm !== 'scrypt') {
    const { memory, passes, lanes, salt } = recipe;
    // RFC 9106, section 3.1: eight KiB for each lane at the least. The library asks for eight bytes of salt.
    return (
      salt.length >= 8 &&
      passes >= 1 &&
      memory >= 8 * lanes &&
      memory <= MAX_ARGON2_MEMORY &&
      memory * passes <= MAX_ARGON2_WORK
    );
  }
  const blocks = 2 ** recipe.logN * recipe.blockSize;
  return (
    recipe.logN >= 1 &&
    recipe.blockSize >= 1 &&
    blocks * 128 <= MAX_SCRYPT_MEMORY &&
    blocks * recipe.lanes <= MAX_SCRYPT_WORK
  );
}

/** passlib writes `.` where others write `+`. */
function base64(text: string): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64');
}

const BCRYPT_ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE64_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** bcrypt's base64 has an alphabet of its own. */
function bcryptBytes(text: string, length: number): Buffer {
  const standard = text.replaceAll(/./g, (letter) => BASE64_ALPHABET.charAt(BCRYPT_ALPHABET.indexOf(letter)));
  return Buffer.from(standard, 'base64').subarray(0, length);
}
