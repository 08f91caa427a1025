/** Queries of the own archive (XEP-0313), one page each. */
import { randomUUID } from 'node:crypto';
import { xml } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
import type { Message } from '../protocol/events.ts';
import type { ConversationView } from '../protocol/snapshot.ts';
import type { Iq } from './iq.ts';
import { NS } from './namespaces.ts';
import { archiveResultOf, type Owner } from './stanzas.ts';

export interface Page {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Is there nothing beyond this page? */
  readonly complete: boolean;
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

  /** The newest page, of `max` messages at the most. @throws StanzaError, NoAnswer, StreamError */
  async page(max: number): Promise<Page> {
    const queryId = randomUUID();
    const messages: Message[] = [];
    this.#results.set(queryId, messages);
    try {
      const answer = await this.#iq.request('set', queryElement(max, queryId));
      return { messages, complete: answer.getChild('fin', NS.mam)?.attrs['complete'] === 'true' };
    } finally {
      this.#results.delete(queryId);
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

function queryElement(max: number, queryId: string): Element {
  return xml(
    'query',
    { xmlns: NS.mam, queryid: queryId },
    xml('x', { xmlns: NS.form, type: 'submit' }, field('FORM_TYPE', NS.mam, 'hidden')),
    xml('set', { xmlns: NS.rsm }, xml('max', {}, String(max)), xml('before', {})),
  );
}

function field(name: string, value: string, type?: string): Element {
  return xml('field', { var: name, ...(type !== undefined && { type }) }, xml('value', {}, value));
}

/** Messages of everybody -> conversations, the newest first. */
export function conversationsOf({ messages, complete }: Page): ConversationView[] {
  const byPeer = new Map<string, Message[]>();
  for (const message of messages) {
    const before = byPeer.get(message.with) ?? [];
    byPeer.delete(message.with); // set again below: the last touched stands last
    byPeer.set(message.with, [...before, message]);
  }
  return [...byPeer].reverse().map(([peer, own]) => ({ with: peer, unread: 0, messages: own, complete }));
}
