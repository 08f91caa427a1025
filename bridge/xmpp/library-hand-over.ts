/**
 * A stream as plain data, and back: another process goes on with it by resuming it (XEP-0198, section 5). The library
 * keeps what that needs in the open, and asks for a resumption by itself when it is there.
 */
import { Parser, type Element } from '@xmpp/xml';
import type { Library } from './library-internals.ts';
import { NS } from './namespaces.ts';

export interface StreamRecord {
  /** The full address; empty before the first bind. */
  readonly address: string;
  /** What the server knows the stream by; empty when there is none to resume. */
  readonly id: string;
  /** Stanzas of the server's that have been taken in. */
  readonly inbound: number;
  /**
   * Stanzas that the server has acknowledged, and those that it has not, with the times when they were sent (XEP-0082).
   * Left out by a process that was killed: then what the server says counts, and what it does not have is lost.
   */
  readonly outbound?: number;
  readonly queue?: readonly (readonly [xml: string, stamp: string])[];
}

interface Queued {
  readonly stanza: Element;
  readonly stamp: string;
}

/** What is there whatever becomes of this process. */
export function dumpStream(xmpp: Library): StreamRecord {
  const { id, inbound } = xmpp.streamManagement;
  return { address: xmpp.jid?.toString() ?? '', id, inbound };
}

/** Clients that do not know yet what a process that was killed had sent: the server has not said it. */
const unsure = new WeakSet<Library>();

/** All of it. Nothing may be sent or heard after this. */
export function dumpWholeStream(xmpp: Library): StreamRecord {
  if (unsure.has(xmpp)) return dumpStream(xmpp);
  const { outbound, outbound_q } = xmpp.streamManagement;
  const queue = (outbound_q as Queued[]).map(({ stanza, stamp }) => [stanza.toString(), stamp] as const);
  return { ...dumpStream(xmpp), outbound, queue };
}

/** For a client that has not been opened yet. */
export function loadStream(xmpp: Library, { address, id, inbound, outbound, queue }: StreamRecord): void {
  if (address === '' || id === '') return;
  (xmpp as Library & { _jid(address: string): void })._jid(address);
  const outbound_q = (queue ?? []).map(([text, stamp]) => ({ stanza: elementOf(text), stamp }));
  Object.assign(xmpp.streamManagement, { id, inbound, outbound: outbound ?? 0, outbound_q });
  if (outbound === undefined) believeFirstCount(xmpp);
}

function believeFirstCount(xmpp: Library): void {
  const onElement = xmpp._onElement.bind(xmpp);
  unsure.add(xmpp);
  xmpp._onElement = (element) => {
    const isResumed = element.is('resumed', NS.sm);
    if (unsure.has(xmpp) && isResumed) xmpp.streamManagement.outbound = Number(element.attrs['h']);
    if (isResumed || element.is('failed', NS.sm)) unsure.delete(xmpp);
    onElement(element);
  };
}

/** A stanza of our own writing. */
function elementOf(text: string): Element {
  let found: Element | undefined;
  const parser = new Parser();
  parser.on('element', (element: Element) => (found = element));
  parser.write(`<stream xmlns='jabber:client'>${text}`);
  if (found === undefined) throw new Error('the record has something in its queue that is no stanza');
  return found;
}
