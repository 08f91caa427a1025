/** What the site's queries and its API give: nobody promised what is in it, so each row is looked at. */
import { isUserId } from '../user-id.ts';
import type { Friend, Person } from './directory.ts';
import type { Row } from './source.ts';

/** Characters of a name and of a group that are kept. */
const MAX_NAME = 200;
const MAX_AVATAR = 2000;
/** Groups of one friend that are kept: members make them. */
const MAX_GROUPS = 10;

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

/** Text without blanks around it, or a number as text; undefined when nothing is left. */
export function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
}

/** A column has them with commas between, JSON in a list. */
function groupsOf(value: unknown): string[] {
  const names: unknown[] = Array.isArray(value) ? value : (textOf(value) ?? '').split(',');
  const texts = names.map((name) => textOf(name)?.slice(0, MAX_NAME)).filter((name) => name !== undefined);
  return [...new Set(texts)].slice(0, MAX_GROUPS);
}
