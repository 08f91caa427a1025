/** Who is there, and whose friend. */
import { randomFrom, type Random } from '../../support/random.ts';
import { numbered, type Pair } from '../site-people.ts';

export interface Crowd {
  readonly people: readonly string[];
  readonly pairs: readonly Pair[];
  readonly friendsOf: Readonly<Record<string, readonly string[]>>;
}

/** A ring in random order, in which everybody is a friend of the next few and of those before: all have as many. */
export function crowdOf(users: number, friends: number, seed: number): Crowd {
  const people = numbered('u', users);
  const ring = shuffled(people, randomFrom(seed));
  const reach = Math.min(Math.ceil(friends / 2), Math.floor((users - 1) / 2));
  const pairs = ring.flatMap((one, index) =>
    Array.from({ length: reach }, (_, step): Pair => [one, ring[(index + step + 1) % users] ?? one]),
  );
  const friendsOf = Object.fromEntries(people.map((id): [string, string[]] => [id, []]));
  for (const [a, b] of pairs) {
    friendsOf[a]?.push(b);
    friendsOf[b]?.push(a);
  }
  return { people, pairs, friendsOf };
}

/** Fisher and Yates. */
function shuffled<T>(all: readonly T[], random: Random): T[] {
  const mixed = [...all];
  for (let left = mixed.length - 1; left > 0; left -= 1) {
    const other = Math.floor(random() * (left + 1));
    [mixed[left], mixed[other]] = [mixed[other] as T, mixed[left] as T];
  }
  return mixed;
}
