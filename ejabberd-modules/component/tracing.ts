/**
 * Traces of users, between ejabberd and the folder of traces: what `ejabberdctl im_trace_add` asks (site_trace_commands.erl)
 * is done here, ejabberd is told who is traced, and what its filter decides about them goes into their files
 * (site_traces.erl). From ejabberd itself alone, whose address no user has.
 */
import { randomUUID } from 'node:crypto';
import { xml } from '@xmpp/component';
import type { Element } from '@xmpp/xml';
import type { Log } from '../../bridge/log.ts';
import type { TraceFolder } from '../../bridge/trace/orders.ts';
import { localPartOf, userOfAddress } from '../../bridge/xmpp/jid.ts';
import { NS } from '../../bridge/xmpp/namespaces.ts';
import type { Link } from './link.ts';
import { answerTo } from './trace-answers.ts';

/** Milliseconds between two looks at who is traced. */
const EVERY = 1000;
/** Looks after which ejabberd is told again: a node that was started meanwhile does not know it. */
const AGAIN = 10;

export interface TracingOptions {
  readonly domain: string;
  readonly folder: TraceFolder;
  readonly link: Link;
  readonly log: Log;
}

export class Tracing {
  readonly #options: TracingOptions;
  /** What ejabberd has been told: until when each is traced, in Unix seconds. */
  #told = new Map<string, number>();
  #looks = 0;

  constructor(options: TracingOptions) {
    this.#options = options;
  }

  start(): void {
    setInterval(() => this.#look(), EVERY).unref();
  }

  /** False for what is about something else. */
  take(stanza: Element): boolean {
    const { domain, folder, link } = this.#options;
    if (stanza.attrs['from'] !== domain) return false;
    const decision = stanza.name === 'message' ? stanza.getChild('decision', NS.site) : undefined;
    if (decision !== undefined) this.#decided(decision);
    const answer = stanza.name === 'iq' ? answerTo(stanza, folder) : undefined;
    if (answer !== undefined) link.send(answer);
    return decision !== undefined || answer !== undefined;
  }

  #look(): void {
    this.#looks += 1;
    const again = this.#looks % AGAIN === 0 || !this.#options.link.up;
    const now = new Map(this.#options.log.tracer.orders.map(({ user, until }) => [user, secondsOf(until)]));
    for (const user of this.#told.keys()) if (!now.has(user)) this.#tell(user, 0);
    for (const [user, until] of now) if (again || this.#told.get(user) !== until) this.#tell(user, until);
    this.#told = this.#options.link.up ? now : new Map<string, number>();
  }

  /** Nobody waits for the answer: it is told again. */
  #tell(user: string, until: number): void {
    const { domain, link } = this.#options;
    const push = xml(
      'push',
      { xmlns: NS.site, user: localPartOf(user) },
      xml('traced', { until: String(until) }),
    );
    link.send(xml('iq', { type: 'set', id: randomUUID(), from: `site.${domain}`, to: domain }, push));
  }

  /** In the files of both. */
  #decided({ attrs }: Element): void {
    const { domain, log } = this.#options;
    const { from, to, kind, id, verdict, reason } = attrs as Record<string, string | undefined>;
    for (const user of new Set([userOfAddress(from, domain), userOfAddress(to, domain)]))
      if (user !== undefined)
        log.traceOf(user)?.line('filter-decided', { kind, id, from, to, verdict, reason });
  }
}

function secondsOf(time: string): number {
  return Math.ceil(Date.parse(time) / 1000);
}
