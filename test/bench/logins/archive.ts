/** Messages in everybody's archive, as mod_mam writes them: people who come back have talked before. */
import mysql from 'mysql2/promise';
import { DATABASE } from '../../support/settings.ts';
import type { BenchStack } from '../bench-stack.ts';
import type { Crowd } from '../compare/crowd.ts';

export interface Talked {
  /** Friends that each person has talked to, and messages with each of them. */
  readonly peers: number;
  readonly messages: number;
}

/** Rows of one INSERT. */
const ROWS = 1000;
/** Microseconds from one message of all to the next. */
const APART = 1000;
const COLUMNS = 'username, timestamp, peer, bare_peer, xml, txt, kind, nick';

/** The messages of one time after those of another: a person's conversations are mixed, as they are in life. */
export async function fillArchives({ site, stack }: BenchStack, crowd: Crowd, talked: Talked): Promise<void> {
  const { domain } = stack.plan;
  const start = (Date.now() - 86_400_000) * 1000;
  let [rows, time]: [string[][], number] = [[], start];
  for (let n = 0; n < talked.messages; n += 1) {
    for (const owner of crowd.people) {
      for (const peer of (crowd.friendsOf[owner] ?? []).slice(0, talked.peers))
        rows.push(rowOf(owner, peer, domain, (time += APART)));
      if (rows.length >= ROWS) rows = await insert(site, rows);
    }
  }
  await insert(site, rows);
}

function rowOf(owner: string, peer: string, domain: string, time: number): string[] {
  const [own, other] = [`${owner}@${domain}`, `${peer}@${domain}`];
  const [from, to] = time % (2 * APART) === 0 ? [own, other] : [other, own];
  const text = `said at ${time}, in a few words more`;
  const xml =
    `<message xml:lang='en' to='${to}' from='${from}/web' type='chat' id='c${time}' xmlns='jabber:client'>` +
    `<body>${text}</body><active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/>` +
    `<markable xmlns='urn:xmpp:chat-markers:0'/><origin-id xmlns='urn:xmpp:sid:0' id='c${time}'/></message>`;
  return [owner, String(time), other, other, xml, text, 'chat', ''];
}

async function insert(site: mysql.Connection, rows: readonly (readonly string[])[]): Promise<[]> {
  if (rows.length > 0) await site.query(`INSERT INTO ${DATABASE}.archive (${COLUMNS}) VALUES ?`, [rows]);
  return [];
}
