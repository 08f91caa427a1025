/** More friends than a story has names for. */
import type { Stack } from '../stack.ts';
import { befriend, siteDatabase, STORY_HASH, type Person } from '../story.ts';

/** One that nobody signs in as; the id is made of the person's. */
export interface Extra {
  readonly id: string;
  readonly name: string;
}

/** Gives a person friends of these names, before they open a page. */
export async function addFriends(stack: Stack, person: Person, names: readonly string[]): Promise<Extra[]> {
  const friends = names.map((name, n) => ({ id: `x${String(n)}-${person.id}`, name }));
  const site = await siteDatabase(stack);
  for (const { id, name } of friends) {
    await site.execute('INSERT INTO users (id, name, password_hash) VALUES (?, ?, ?)', [
      id,
      name,
      STORY_HASH,
    ]);
    await befriend(site, person.id, id);
  }
  await site.end();
  return friends;
}
