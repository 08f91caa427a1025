/** Rows of the site's own queries: nobody promised what is in them, so each is looked at. */
import { isUserId } from '../user-id.ts';
import type { Row } from '../mysql/pool.ts';
import type { Friend, Person } from './directory.ts';

/** Characters of a name and of a group that are kept. */
const MAX_NAME = 200;
const MAX_AVATAR = 2000;

/** The person of a row; undefined when its id can't be an address. */
export function personOf(row: Row): Person | undefined {
  const id = idOf(row['id']);
  if (id === undefined) return undefined;
  const name = textOf(row['name'])?.slice(0, MAX_NAME) ?? id;
  const avatar = textOf(row['avatar']);
  return { id, name, ...(avatar !== undefined && avatar.length <= MAX_AVATAR && { avatar }) };
}

/** The friend of a row; undefined when its id can't be an address. */
export function friendOf(row: Row): Friend | undefined {
  const person = personOf(row);
  return person && { ...person, groups: groupsOf(row['groups']) };
}

/** Sites have ids of text and of numbers; JavaScript is exact up to 2^53, and the driver gives text above. */
function idOf(value: unknown): string | undefined {
  const id = typeof value === 'number' ? String(value) : value;
  return typeof id === 'string' && isUserId(id) ? id : undefined;
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
}

function groupsOf(value: unknown): string[] {
  const names = (textOf(value) ?? '').split(',').map((name) => name.trim().slice(0, MAX_NAME));
  return [...new Set(names.filter((name) => name !== ''))];
}
