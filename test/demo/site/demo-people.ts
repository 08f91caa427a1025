/** Who lives on the demo site: alice, bob, carol and dave, their neighbours, and as many of u0, u1, … as are asked for. */
import { randomBytes, scrypt } from 'node:crypto';
import { argon2id, bcrypt } from 'hash-wasm';

export interface DemoUser {
  readonly id: string;
  readonly name: string;
  readonly password: string;
  hash(): Promise<string>;
}

/** Two ids, in any order, and the circle that both have put the other in. */
export interface Friendship {
  readonly a: string;
  readonly b: string;
  readonly circle: string | null;
}

/** Each with another kind of hash, so that each kind is in daily use. */
export const NAMED: readonly DemoUser[] = [
  named('alice', (password) => argon2Hash(password)),
  named('bob', (password) => bcryptHash(password, 10)),
  named('carol', (password) => scryptHash(password, { logN: 14, blockSize: 8 })),
  named('dave', (password) => bcryptHash(password, 10)),
];

export const NAMED_FRIENDSHIPS: readonly Friendship[] = [
  { a: 'alice', b: 'bob', circle: 'Close friends' },
  { a: 'alice', b: 'carol', circle: null },
];

/** They write the feed, and are friends of each other alone: the four above have the friends that they are known for. */
export const NEIGHBOURS: readonly DemoUser[] = [
  neighbour('mei', 'Mei Tanaka'),
  neighbour('yusuf', 'Yusuf Demir'),
  neighbour('ines', 'Inês Carvalho'),
  neighbour('noor', 'نور حدّاد'),
  neighbour('tomasz', 'Tomasz Zieliński'),
  neighbour('olive', 'Olive Okafor'),
];

/** The demo's operator: of its people the one who sees /admin. */
export const OPERATOR = 'olive';

export const NEIGHBOUR_FRIENDSHIPS: readonly Friendship[] = [
  { a: 'mei', b: 'yusuf', circle: 'Linden Street' },
  { a: 'mei', b: 'ines', circle: 'Choir' },
  { a: 'mei', b: 'tomasz', circle: 'Tool library' },
  { a: 'yusuf', b: 'noor', circle: null },
  { a: 'ines', b: 'tomasz', circle: null },
  ...['mei', 'yusuf', 'ines', 'noor', 'tomasz'].map((b) => ({ a: OPERATOR, b, circle: null })),
];

function neighbour(id: string, name: string): DemoUser {
  const password = `pw-${id}`;
  return { id, name, password, hash: () => scryptHash(password, { logN: 10, blockSize: 8 }) };
}

function named(id: string, hash: (password: string) => Promise<string>): DemoUser {
  const password = `pw-${id}`;
  const name = id.charAt(0).toUpperCase() + id.slice(1);
  return { id, name, password, hash: () => hash(password) };
}

/**
 * u0 to u(N-1). Their scrypt costs are as low as they go: 20,000 of them are to be there in seconds, and
 * a load test is not to measure password hashing.
 */
export function crowd(users: number): DemoUser[] {
  return Array.from({ length: users }, (_, index) => {
    const password = `pw-u${index}`;
    const hash = (): Promise<string> => scryptHash(password, { logN: 4, blockSize: 1 });
    return { id: `u${index}`, name: `User ${index}`, password, hash };
  });
}

/** Each with about `friends` friends, in a ring: ui and the next floor(friends / 2). */
export function ring(users: number, friends: number): Friendship[] {
  const pairs = new Map<string, Friendship>();
  const ahead = Math.min(Math.floor(friends / 2), users - 1);
  for (let i = 0; i < users; i += 1) {
    for (let step = 1; step <= ahead; step += 1) {
      const [low, high] = [i, (i + step) % users].sort((x, y) => x - y);
      pairs.set(`${low}-${high}`, { a: `u${low}`, b: `u${high}`, circle: null });
    }
  }
  return [...pairs.values()];
}

function argon2Hash(password: string): Promise<string> {
  const costs = { iterations: 2, parallelism: 1, memorySize: 19_456 }; // OWASP's second choice
  return argon2id({ password, salt: randomBytes(16), ...costs, hashLength: 32, outputType: 'encoded' });
}

function bcryptHash(password: string, costFactor: number): Promise<string> {
  return bcrypt({ password, salt: randomBytes(16), costFactor, outputType: 'encoded' });
}

function scryptHash(password: string, costs: { logN: number; blockSize: number }): Promise<string> {
  const { logN, blockSize: r } = costs;
  const salt = randomBytes(16);
  const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
  return new Promise((resolve, reject) => {
    scrypt(password, salt, 32, { N: 2 ** logN, r, p: 1 }, (error, digest) => {
      if (error === null) resolve(`$scrypt$ln=${logN},r=${r},p=1$${text(salt)}$${text(digest)}`);
      else reject(error);
    });
  });
}
