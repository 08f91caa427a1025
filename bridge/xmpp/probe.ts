/** A session that only looks: it sends no presence, so nobody sees it come or go. */
import { xml } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
import { Iq } from './iq.ts';
import { NS } from './namespaces.ts';
import { Stream, type StreamOptions } from './stream.ts';

/** What the server shows a session of itself (XEP-0030), and how the own archive answers (XEP-0313). */
export interface Probe {
  readonly features: readonly string[];
  readonly services: readonly string[];
  /** Why the archive did not answer. */
  readonly archiveFault?: string;
}

/** @throws StreamError when it can't sign in; NoAnswer or StanzaError when the server does not say what it can do. */
export async function probe(options: StreamOptions): Promise<Probe> {
  const stream: Stream = new Stream(options, {
    stanza: (stanza) => void iq.take(stanza),
    down: () => iq.failAll(),
    acknowledging: () => undefined,
    fault: () => undefined,
  });
  const { timeout, domain, localPart } = options;
  const iq = new Iq({
    send: (stanza) => stream.send(stanza),
    timeout,
    domain,
    bareAddress: `${localPart}@${domain}`,
  });
  try {
    await stream.open();
    return await look(iq, domain);
  } finally {
    await stream.close();
  }
}

async function look(iq: Iq, domain: string): Promise<Probe> {
  const info = await iq.request('get', xml('query', { xmlns: NS.discoInfo }), domain);
  const items = await iq.request('get', xml('query', { xmlns: NS.discoItems }), domain);
  const set = xml('set', { xmlns: NS.rsm }, xml('max', {}, '0'));
  const archiveFault = await iq
    .request('set', xml('query', { xmlns: NS.mam }, set))
    .then(() => undefined)
    .catch((error: unknown) => (error as Error).message);
  return {
    features: attributes(info, 'feature', 'var'),
    services: attributes(items, 'item', 'jid'),
    ...(archiveFault !== undefined && { archiveFault }),
  };
}

function attributes(answer: Element, child: string, name: string): string[] {
  const found = answer.getChild('query')?.getChildren(child) ?? [];
  return found.map((element) => String(element.attrs[name]));
}
