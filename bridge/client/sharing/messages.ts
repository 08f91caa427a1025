/**
 * What pages of one browser say to each other. Whatever script of the same origin may post to the channel: what is
 * not one of these is none.
 */
import type { Event } from '../../protocol/events.ts';
import type { Snapshot } from '../../protocol/snapshot.ts';
import { isEvent, isRecord, isSnapshot } from '../answers.ts';
import type { Refusal } from '../outgoing.ts';
import type { Status } from '../state.ts';
import type { Seat } from '../uplink.ts';
import { MOST_PAGES, type PageInfo } from './pages.ts';

/** How the leader stands, for all to show. */
export interface Standing {
  readonly status: Status;
  readonly problem?: Refusal;
}

export type Saying =
  | { readonly type: 'hello'; readonly page: PageInfo; readonly wants: 'welcome' | 'seat' }
  | { readonly type: 'here'; readonly page: PageInfo }
  | { readonly type: 'bye' }
  | { readonly type: 'ping' }
  /** The bridge does not know the tab any more. */
  | { readonly type: 'lost'; readonly tab: string }
  /** The person looks at this page, or wishes to connect: a leader that waits should try now. */
  | { readonly type: 'wake'; readonly start: boolean }
  /** To a new leader that came too late to know: what the one before it had. */
  | { readonly type: 'seat'; readonly seat: Seat }
  | { readonly type: 'pong' }
  | ({ readonly type: 'standing' } & Standing)
  | Welcome
  | News;

/** With the id of the page that says it. */
export type Message = { readonly from: string } & Saying;

/** All that a page needs to show the chat, as the leader has it now. */
export interface Welcome extends Standing {
  readonly type: 'welcome';
  /** Of one page that asked for it; undefined: of all. */
  readonly to?: string;
  readonly pages: readonly PageInfo[];
  /** Not before there is one. */
  readonly place?: { readonly seat: Seat; readonly snapshot: Snapshot };
}

/** What a poll of the leader's brought. */
export interface News {
  readonly type: 'news';
  readonly tab: string;
  /** The cursor of the poll, and that of its answer. */
  readonly after: string;
  readonly cursor: string;
  readonly events: readonly Event[];
  readonly ring: readonly number[];
  /** The page that is to ring. */
  readonly ringer: string;
}

/** Characters of a text that is no message body. */
const MOST_TEXT = 2000;

const STATUSES: readonly unknown[] = ['idle', 'connecting', 'online', 'reconnecting', 'signed-out'];

/** Undefined for what is no message of ours. */
export function readMessage(value: unknown): Message | undefined {
  if (!isRecord(value) || !isText(value['from'])) return undefined;
  return isMessage(value) ? (value as unknown as Message) : undefined;
}

function isMessage(value: Record<string, unknown>): boolean {
  switch (value['type']) {
    case 'hello':
      return isPage(value['page']) && (value['wants'] === 'welcome' || value['wants'] === 'seat');
    case 'here':
      return isPage(value['page']);
    case 'bye':
    case 'ping':
    case 'pong':
      return true;
    case 'lost':
      return isText(value['tab']);
    case 'wake':
      return typeof value['start'] === 'boolean';
    case 'seat':
      return isSeat(value['seat']);
    case 'standing':
      return isStanding(value);
    case 'welcome':
      return isStanding(value) && isWelcome(value);
    case 'news':
      return isNews(value);
    default:
      return false;
  }
}

function isStanding({ status, problem }: Record<string, unknown>): boolean {
  if (!STATUSES.includes(status)) return false;
  return (
    problem === undefined || (isRecord(problem) && isText(problem['code']) && isText(problem['message']))
  );
}

function isWelcome({ to, pages, place }: Record<string, unknown>): boolean {
  if (to !== undefined && !isText(to)) return false;
  if (!Array.isArray(pages) || pages.length > MOST_PAGES || !pages.every(isPage)) return false;
  return place === undefined || (isRecord(place) && isSeat(place['seat']) && isSnapshot(place['snapshot']));
}

function isNews(value: Record<string, unknown>): boolean {
  const { events, ring } = value;
  if (!['tab', 'after', 'cursor', 'ringer'].every((name) => isText(value[name]))) return false;
  if (!Array.isArray(events) || !events.every(isEvent)) return false;
  return Array.isArray(ring) && ring.every((n) => typeof n === 'number');
}

function isSeat(value: unknown): value is Seat {
  if (!isRecord(value)) return false;
  const { user, tab, cursor, hold } = value;
  return [user, tab, cursor].every(isText) && typeof hold === 'number' && hold > 0 && hold < 1e7;
}

function isPage(value: unknown): value is PageInfo {
  if (!isRecord(value)) return false;
  const { id, active, client } = value;
  return isText(id) && typeof active === 'boolean' && (client === undefined || isText(client));
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MOST_TEXT;
}
