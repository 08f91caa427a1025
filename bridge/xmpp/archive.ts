/** Queries of the own archive (XEP-0313), newest first: one page each, or page after page. */
import { randomUUID } from 'node:crypto';
import { xml } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
import type { Message } from '../protocol/events.ts';
import type { Iq } from './iq.ts';
import { addressOf } from './jid.ts';
import { archiveResultOf } from './messages.ts';
import { NS } from './namespaces.ts';
import type { Owner } from './owner.ts';

/** ejabberd gives no more at once (MAX_PAGE_SIZE of mod_mam). */
export const LARGEST_PAGE = 250;

export interface ArchiveQuery {
  /** Only the conversation with this user. */
  readonly with?: string | undefined;
  /** Only what is older than this archive id. */
  readonly before?: string | undefined;
  /** Only from this time on (ISO 8601). */
  readonly start?: string | undefined;
  /** Only with this word; ejabberd asks the full-text index of its table. */
  readonly word?: string | undefined;
  readonly max: number;
}

export interface ArchivePage {
  /** Oldest first. What has no text is left out. */
  readonly messages: readonly Message[];
  /** The archive id of the oldest entry, be it with a text or without. */
  readonly first: string | undefined;
  /** Is there nothing older that the query asks for? */
  readonly complete: boolean;
}

/** mod_mam_sql says of a fault of its database that there is nothing, and that this is not all. */
export class ArchiveFault extends Error {
  override name = 'ArchiveFault';
}

export class Archive {
  readonly #iq: Iq;
  readonly #owner: Owner;
  /** Results of the queries under way, by their ids. */
  readonly #results = new Map<string, Message[]>();

  constructor(iq: Iq, owner: Owner) {
    this.#iq = iq;
    this.#owner = owner;
  }

  /** The newest page of what is asked for. @throws ArchiveFault, StanzaError, NoAnswer, StreamError */
  async page(query: ArchiveQuery): Promise<ArchivePage> {
    const queryId = randomUUID();
    const messages: Message[] = [];
    this.#results.set(queryId, messages);
    try {
      const answer = await this.#iq.request('set', queryElement(query, queryId, this.#owner));
      const fin = answer.getChild('fin', NS.mam);
      const complete = fin?.attrs['complete'] === 'true';
      const first = fin?.getChild('set', NS.rsm)?.getChildText('first') ?? undefined;
      if (first === undefined && !complete) throw new ArchiveFault('the archive has lost its database');
      return { messages, first, complete };
    } finally {
      this.#results.delete(queryId);
    }
  }

  /** Page after page, back in time, as long as somebody takes them; `pages` at the most. @throws as `page` */
  async *pages(query: ArchiveQuery, pages: number): AsyncGenerator<ArchivePage, void> {
    let before = query.before;
    for (let asked = 0; asked < pages; asked += 1) {
      const page = await this.page({ ...query, before });
      yield page;
      if (page.complete) return;
      before = page.first;
    }
  }

  /** Takes a stanza that is a result. Returns false when it is none. */
  take(stanza: Element): boolean {
    const result = archiveResultOf(stanza, this.#owner);
    if (result === undefined) return false;
    const messages = this.#results.get(result.queryId);
    if (messages !== undefined && result.message !== undefined) messages.push(result.message);
    return true;
  }
}

function queryElement(query: ArchiveQuery, queryId: string, { domain }: Owner): Element {
  const { with: peer, before, start, word, max } = query;
  return xml(
    'query',
    { xmlns: NS.mam, queryid: queryId },
    xml(
      'x',
      { xmlns: NS.form, type: 'submit' },
      xml('field', { var: 'FORM_TYPE', type: 'hidden' }, xml('value', {}, NS.mam)),
      ...(peer === undefined ? [] : [field('with', addressOf(peer, domain))]),
      ...(start === undefined ? [] : [field('start', start)]),
      ...(word === undefined ? [] : [field('withtext', word)]),
    ),
    xml('set', { xmlns: NS.rsm }, xml('max', {}, String(max)), xml('before', {}, before ?? '')),
  );
}

function field(name: string, value: string): Element {
  return xml('field', { var: name }, xml('value', {}, value));
}
