/** The stanzas of one stream, for the trace of its user. What is said before there is a session (SASL), or to resume one, is none. */
import type { Element } from '@xmpp/xml';
import type { Log } from '../log.ts';
import { requestOf } from '../trace/request.ts';
import type { Trace } from '../trace/trace.ts';
import { stanzaText } from './stanza-text.ts';
import type { StreamEvents } from './stream.ts';

const STANZAS = new Set(['message', 'presence', 'iq']);
/** Stanzas whose answers are awaited. */
const MANY = 200;
/** Characters of a stanza that are told. */
const LONGEST = 16_384;

export class StreamTrace {
  readonly #log: Log;
  readonly #user: string;
  /** By the id of a stanza that went out: the call for which it did. Nobody who is not traced has one. */
  #requests: Map<string, string> | undefined;

  constructor(log: Log, user: string) {
    this.#log = log;
    this.#user = user;
  }

  /** The same, and the trace is told of the stanzas before others are. */
  around(events: StreamEvents): StreamEvents {
    return {
      ...events,
      stanza: (stanza) => {
        this.#came(stanza);
        events.stanza(stanza);
      },
      sent: (element) => this.#went(element),
    };
  }

  #went(element: Element): void {
    const trace = this.#log.traceOf(this.#user);
    if (trace === undefined || !STANZAS.has(element.name)) return;
    const request = requestOf(this.#user);
    this.#remember(element.attrs['id'] as string | undefined, request);
    trace.line('stanza-out', { request, ...fieldsOf(element, trace) });
  }

  #came(stanza: Element): void {
    const trace = this.#log.traceOf(this.#user);
    if (trace === undefined) return;
    trace.line('stanza-in', { request: this.#answered(stanza), ...fieldsOf(stanza, trace) });
  }

  #remember(id: string | undefined, request: string | undefined): void {
    if (id === undefined || request === undefined) return;
    const requests = (this.#requests ??= new Map<string, string>());
    requests.set(id, request);
    const [oldest] = requests.keys();
    if (requests.size > MANY && oldest !== undefined) requests.delete(oldest);
  }

  /** The call for which the stanza went out to which this one answers: as an iq, a bounce, a receipt, or an archive id. */
  #answered(stanza: Element): string | undefined {
    const requests = this.#requests;
    if (requests === undefined) return undefined;
    const named = [stanza, ...stanza.getChildElements()].flatMap(
      ({ attrs }) => [attrs['id'], attrs['origin-id']] as unknown[],
    );
    const [found] = named.flatMap((id) => requests.get(String(id)) ?? []);
    return found;
  }
}

function fieldsOf(stanza: Element, trace: Trace): Readonly<Record<string, unknown>> {
  const { id, to, from, type } = stanza.attrs as Record<string, unknown>;
  const xml = stanzaText(stanza, (value) => trace.text(value));
  const cut = xml.length > LONGEST ? `${xml.slice(0, LONGEST)}…` : xml;
  return { kind: stanza.name, type, id, to, from, xml: cut };
}
