/** What a session does not know yet, out of the archive: all since the newest message that it knows, up to a bound. */
import type { Message } from '../protocol/events.ts';
import type { CaughtUp, Known, Page } from '../session/ports.ts';
import type { Archive } from './archive.ts';
import { foundIn } from './history.ts';

/** Entries asked for at once. */
const PAGE = 100;
/** Pages that are looked through for them: a friend who has much archived without a text must not delay a login. */
const FILLING_PAGES = 5;
/** Conversations that are asked for singly: at once, and all in all. */
const AT_ONCE = 4;
const MOST = 100;
/** Milliseconds before the newest message: another may have been given its time earlier, and been stored later. */
const BEFORE = 60_000;

export interface CatchUpOptions {
  readonly known: Known;
  /** Messages at the most; what is older stays unknown. */
  readonly limit: number;
  /** Messages of each conversation that a session wants at the least: they are most of what a login costs. */
  readonly enough: number;
}

type Conversation = CaughtUp['conversations'][number];

/** The newest conversation first. @throws ArchiveFault, StanzaError, NoAnswer, StreamError */
export async function catchUp(archive: Archive, options: CatchUpOptions): Promise<CaughtUp> {
  const { known } = options;
  const { messages, complete, gap } = await missed(archive, options);
  const met = byPeer(messages, complete);
  const isFirst = known.wanted.length > 0 || known.newest === undefined;
  if (gap) await fillUp(archive, met, [...known.wanted, ...known.conversations], options.enough);
  else if (isFirst) await fillUp(archive, met, known.wanted, options.enough);
  return { conversations: [...met.values()].sort(newestFirst), gap };
}

/** The newest page alone: what was stored late, soon after a whole catch-up. @throws as `catchUp` */
export async function latest(archive: Archive, { newest }: Known): Promise<CaughtUp> {
  const start = newest === undefined ? undefined : beforeIt(newest);
  const { messages, complete } = await archive.page({ start, max: PAGE });
  const met = byPeer(messages, complete && start === undefined);
  return { conversations: [...met.values()].sort(newestFirst), gap: false };
}

function beforeIt({ at }: Pick<Message, 'at'>): string {
  return new Date(Date.parse(at) - BEFORE).toISOString();
}

async function missed(
  archive: Archive,
  { known: { newest }, limit }: CatchUpOptions,
): Promise<Page & { gap: boolean }> {
  if (newest === undefined) return { ...(await archive.page({ max: PAGE })), gap: false };
  const start = beforeIt(newest);
  const most = Math.ceil(limit / PAGE) + 1;
  const pages: (readonly Message[])[] = [];
  for await (const page of archive.pages({ start, max: PAGE }, most)) {
    pages.unshift(page.messages);
    // What is before `start` may be a whole archive.
    if (page.complete) return { messages: pages.flat(), complete: false, gap: false };
    if (pages.length * PAGE > limit) break;
  }
  return { messages: pages.flat(), complete: false, gap: true };
}

function byPeer(messages: readonly Message[], complete: boolean): Map<string, Conversation> {
  const groups = new Map<string, Message[]>();
  for (const message of messages) {
    const own = groups.get(message.with);
    if (own === undefined) groups.set(message.with, [message]);
    else own.push(message);
  }
  return new Map([...groups].map(([peer, own]) => [peer, { with: peer, messages: own, complete }]));
}

/**
 * Asks for the latest messages of the wanted conversations, and of those that were met, where there are too few. One
 * that can't be filled stays as it is, and not complete: nobody is kept out by what others have archived.
 */
async function fillUp(
  archive: Archive,
  met: Map<string, Conversation>,
  wanted: readonly string[],
  enough: number,
): Promise<void> {
  const newest = [...met.values()].sort(newestFirst).map((conversation) => conversation.with);
  const isShort = (peer: string): boolean => {
    const { messages, complete } = met.get(peer) ?? { messages: [], complete: false };
    return messages.length < enough && !complete;
  };
  const peers = [...new Set([...wanted, ...newest])].filter(isShort).slice(0, MOST).values();
  const worker = async (): Promise<void> => {
    for (const peer of peers) {
      const page = await foundIn(archive, { with: peer, limit: enough }, FILLING_PAGES);
      met.set(peer, { with: peer, complete: page.complete, messages: joined(met.get(peer), page) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** What came in between may have pushed the oldest of what was met out of the latest ones. */
function joined(met: Conversation | undefined, { messages }: Page): readonly Message[] {
  const ids = new Set(messages.map(({ id }) => id));
  return [...(met?.messages.filter(({ id }) => !ids.has(id)) ?? []), ...messages];
}

function newestFirst(a: Conversation, b: Conversation): number {
  const [first, second] = [a.messages.at(-1)?.at ?? '', b.messages.at(-1)?.at ?? ''];
  return first < second ? 1 : first > second ? -1 : 0;
}
