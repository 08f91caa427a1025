/** What must hold in the end, whatever was done: by the archive of ejabberd, the model, and a fresh snapshot. */
import type { RowDataPacket } from 'mysql2';
import mysql from 'mysql2/promise';
import type { Snapshot } from '../../bridge/protocol/snapshot.ts';
import type { Stack } from '../support/stack.ts';
import { waitUntil } from '../support/wait-until.ts';
import { Violation, type Page } from './page.ts';
import { mustBeSame } from './same.ts';
import type { Actor, Sent, World } from './world.ts';

interface Archived {
  readonly id: string;
  readonly peer: string;
  readonly body: string;
}

/** Messages of a conversation in a snapshot: docs/protocol.md. */
const PER_CONVERSATION = 20;

/** @throws Violation; Error when the tabs do not come to rest */
export async function check(world: World): Promise<void> {
  const pages = world.actors.flatMap((actor) => actor.pages);
  for (const page of pages) page.follow();
  const archives = await archivesOf(world);
  for (const sent of world.sent) checkFate(sent, archives);
  checkOrder(world, archives);
  for (const actor of world.actors) await checkTabs(world.stack, actor, archives.get(actor.person.id) ?? []);
}

/** By user, each in the order of the ids. */
async function archivesOf({ stack, actors }: World): Promise<Map<string, Archived[]>> {
  const { socket: socketPath, user, password, database } = stack.info.mysql;
  const connection = await mysql.createConnection({ socketPath, user, password, database });
  const rows = async (owner: string): Promise<[string, Archived[]]> => {
    const [found] = await connection.execute<RowDataPacket[]>(
      "SELECT timestamp, bare_peer, txt FROM archive WHERE username = ? AND txt <> '' ORDER BY timestamp",
      [owner],
    );
    return [owner, found.map(archivedOf)];
  };
  const all = await Promise.all(actors.map(({ person }) => rows(person.id)));
  await connection.end();
  return new Map(all);
}

function archivedOf(row: RowDataPacket): Archived {
  const [peer = ''] = String(row['bare_peer']).split('@');
  return { id: String(row['timestamp']), peer, body: String(row['txt']) };
}

/** Accepted: in both archives exactly once. Refused: in none. Where nobody was told: the same in both. */
function checkFate(sent: Sent, archives: ReadonlyMap<string, readonly Archived[]>): void {
  const copies = [sent.from, sent.to].map((user) =>
    (archives.get(user) ?? []).filter(({ body }) => body === sent.body),
  );
  const counts = copies.map(({ length }) => length).join();
  const allowed = { accepted: ['1,1'], refused: ['0,0'], open: ['0,0', '1,1'] }[sent.fate];
  if (!allowed.includes(counts))
    throw new Violation(`"${sent.body}" was ${sent.fate}, and is in the archives ${counts} times`);
  const id = copies[0]?.[0]?.id;
  if (sent.id !== undefined && sent.id !== id)
    throw new Violation(`"${sent.body}" was answered with the id ${sent.id}, and has ${String(id)}`);
}

/** A message that was answered before another was begun stands before it, with both. */
function checkOrder({ sent }: World, archives: ReadonlyMap<string, readonly Archived[]>): void {
  for (const [user, archive] of archives) {
    const ids = archive.map(({ id }) => id);
    if (new Set(ids).size !== ids.length) throw new Violation(`the archive of ${user} has an id twice`);
    const known = new Set(sent.map(({ body }) => body));
    const strange = archive.find(({ body }) => !known.has(body));
    if (strange !== undefined) throw new Violation(`nobody has sent "${strange.body}"`);
  }
}

/** Every tab shows what a fresh one is given, and that is what the archive has. */
async function checkTabs(stack: Stack, actor: Actor, archive: readonly Archived[]): Promise<void> {
  await waitUntil(
    `the tabs of ${actor.person.id} to show the same`,
    async () => {
      const tab = await actor.person.openTab();
      await actor.person.tabs.pop()?.leave();
      for (const page of actor.pages) checkPage(page, tab.snapshot, archive);
      return true;
    },
    { every: 100 },
  );
  const sessions = await stack.ejabberd.ctl('connected_users');
  const web = sessions.stdout.split('\n').filter((line) => line.startsWith(`${actor.person.id}@`));
  const expected = 1 + Number(actor.native?.isOpen === true);
  if (web.length !== expected)
    throw new Violation(`${actor.person.id} has ${web.length} XMPP sessions: ${web.join(' ')}`);
}

function checkPage(page: Page, fresh: Snapshot, archive: readonly Archived[]): void {
  page.mustFollow();
  const { name, tab } = page;
  if (!fresh.connected) throw new Violation('the session is not connected');
  mustBeSame(`tab ${name} and a fresh one`, comparable(tab.snapshot), comparable(fresh));
  for (const { with: peer, messages, unread, readUpTo } of tab.snapshot.conversations) {
    const shown = messages.map(({ id, body }) => ({ id, body }));
    const kept = archive.filter((one) => one.peer === peer).map(({ id, body }) => ({ id, body }));
    mustBeSame(`tab ${name}, with ${peer}, and the archive`, shown, kept.slice(-shown.length));
    const past = kept.filter(({ id }) => readUpTo === undefined || BigInt(id) > BigInt(readUpTo));
    const fromPeer = past.filter(({ body }) => body.startsWith(`${peer} says`));
    mustBeSame(`tab ${name}, unread with ${peer}`, unread, fromPeer.length);
  }
  const peers = [...new Set(archive.map(({ peer }) => peer))].sort();
  mustBeSame(
    `tab ${name}, the conversations`,
    tab.snapshot.conversations.map((one) => one.with).sort(),
    peers,
  );
}

/** A page may know more of a conversation than a snapshot has. */
function comparable({ conversations, ...rest }: Snapshot): unknown {
  const cut = conversations.map(({ complete: _, messages, ...conversation }) => ({
    ...conversation,
    messages: messages.slice(-PER_CONVERSATION),
  }));
  return { ...rest, conversations: cut };
}
