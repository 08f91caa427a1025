/**
 * @xmpp/client 0.14, whose faults are mended here and nowhere else. Each has a test that notices when the library
 * has mended it itself (test/integration/stream-faults.test.ts).
 *
 * 1. Stanzas that come in one chunk with <enabled/> are counted, and then the counter is set to zero.
 * 2. UTF-8 that is split over two chunks is destroyed.
 * 3. Data after the closing tag throws (its parser is null), which would end the process.
 * 4. PLAIN is not chosen without TLS unless it is asked for by name.
 * 5. SASL credentials outside Latin-1 fail.
 * 6. <r/> waits for 250 ms of silence: under a steady flow nothing is ever acknowledged. stream.ts counts instead.
 * 7. A stanza is queued for acknowledgement only after the socket took it: an early <a/> throws; so does one
 *    that acknowledges more than was sent, and a <resumed/> that does is followed by a bind on the resumed stream.
 * 8. Reconnecting waits a fixed second: thousands come back at once. It is off; link.ts does it.
 * 9. What waits for an answer to <auth/>, <enable/> or <resume/> goes on waiting when the stream is cut, and takes the
 *    answer of the next stream as well: it is bound twice, or, queued as here, all unacknowledged stanzas are sent twice.
 */
import { StringDecoder } from 'node:string_decoder';
import { client, xml } from '@xmpp/client';
import type { Library } from './library-internals.ts';
import { gather, passBy, putOffAcknowledgements } from './library-thrift.ts';
import { NS } from './namespaces.ts';
import { StreamError } from './stream-error.ts';

export interface LibraryOptions {
  readonly host: string;
  readonly port: number;
  /** Nothing secret is said before STARTTLS. The certificate must be good for the domain. */
  readonly tls: boolean;
  readonly domain: string;
  readonly localPart: string;
  readonly resource: string;
  /** Milliseconds for each step of opening. */
  readonly timeout: number;
  /** Seconds that the server is asked to keep a cut stream. */
  readonly resumeTimeout: number;
  /** The password or ticket, fetched at each login. */
  readonly credential: () => Promise<string>;
}

export interface LibraryWatch {
  /** The server has acknowledged more than was sent; its session is not to be resumed. */
  readonly badAck: () => void;
  /** What has been taken in is about to be acknowledged. */
  readonly beforeAck: () => void;
}

/** A client that connects when it is told to. */
export function mendedClient(options: LibraryOptions, { badAck, beforeAck }: LibraryWatch): Library {
  const { host, port, domain, resource, timeout, resumeTimeout } = options;
  const xmpp: Library = client({
    service: `xmpp://${host}:${port}`,
    domain,
    resource,
    timeout,
    credentials: async (authenticate) => {
      if (options.tls && !xmpp.isSecure()) throw new StreamError('no-tls', 'the server offers no STARTTLS');
      const password = latin1(await options.credential());
      const agent = xml('user-agent', {});
      await authenticate({ username: latin1(options.localPart), password }, 'PLAIN', agent); // faults 4 and 5
    },
  }) as Library;
  xmpp.reconnect.stop(); // fault 8
  xmpp.streamManagement.preferredMaximum = resumeTimeout;
  mendReading(xmpp);
  mendAcknowledgements(xmpp, badAck);
  mendWriting(xmpp);
  passBy(xmpp);
  putOffAcknowledgements(xmpp, beforeAck);
  return xmpp;
}

/** Calls `enabled` when stream management is on, and the library's counter is right (fault 1). */
export function whenEnabled(xmpp: Library, enabled: () => void): void {
  /** Stanzas that came between <enabled/> and the library's reset of its counter. */
  let early: number | undefined;
  xmpp.on('nonza', (element) => {
    if (!element.is('enabled', NS.sm)) return;
    early = 0;
    setImmediate(() => {
      xmpp.streamManagement.inbound += early ?? 0;
      early = undefined;
      enabled();
    });
  });
  xmpp.on('stanza', () => {
    if (early !== undefined) early += 1;
  });
  xmpp.on('disconnect', () => {
    early = undefined;
  });
}

/** Faults 2 and 3. */
function mendReading(xmpp: Library): void {
  let decoder = new StringDecoder('utf8');
  xmpp.on('connecting', () => {
    decoder = new StringDecoder('utf8');
  });
  xmpp._onData = (data) => xmpp.parser?.write(decoder.write(data));
}

/** Fault 7, second half. */
function mendAcknowledgements(xmpp: Library, badAck: () => void): void {
  const onElement = xmpp._onElement.bind(xmpp);
  xmpp._onElement = (element) => {
    const sm = xmpp.streamManagement;
    const acknowledges = element.is('a', NS.sm) || element.is('resumed', NS.sm);
    if (acknowledges && Number(element.attrs['h']) > sm.outbound + sm.outbound_q.length) {
      Object.assign(sm, { id: '', outbound: 0, outbound_q: [] });
      badAck();
    } else onElement(element);
  };
}

/** Fault 9. To be called when all lasting listeners are there: others end with the stream that they listen to. */
export function endProcedures(xmpp: Library): void {
  const lasting = new Set(xmpp.listeners('nonza'));
  xmpp.on('disconnect', () => {
    for (const listener of xmpp.listeners('nonza') as (() => void)[])
      if (!lasting.has(listener)) xmpp.removeListener('nonza', listener);
  });
}

/** Fault 7, first half: queued first, then written. */
function mendWriting(xmpp: Library): void {
  xmpp.send = (element) => {
    element.parent = xmpp.root;
    gather(xmpp);
    const written = xmpp.write(element.toString());
    xmpp.emit('send', element);
    return written.catch(() => undefined); // a cut is told by `disconnect`; the stanza is in the queue
  };
  xmpp.sendMany = async (elements) => {
    await Promise.all(Array.from(elements, (element) => xmpp.send(element)));
  };
}

/** UTF-8 in the clothes of Latin-1, which is what the library can encode. */
function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
