/**
 * Traces of users, between ejabberd and the folder of traces: what `ejabberdctl im_trace_add` asks (site_trace_commands.erl)
 * is done here, ejabberd is told who is traced, and what its filter decides about them goes into their files
 * (site_traces.erl). From ejabberd itself alone, whose address no user has.
 */
import { xml } from '@xmpp/component';
import type { Element } from '@xmpp/xml';
import type { Log } from '../../bridge/log.ts';
import type { TraceFolder } from '../../bridge/trace/orders.ts';
import { localPartOf, userOfAddress } from '../../bridge/xmpp/jid.ts';
import { Iq } from '../../bridge/xmpp/iq.ts';
import { NS } from '../../bridge/xmpp/namespaces.ts';
import { isAnswer, sendOn, type Link } from './link.ts';
import { answerTo } from './trace-answers.ts';

/** Milliseconds between two looks at who is traced. */
const EVERY = 1000;
/** Looks after which ejabberd is told again: a node that was started meanwhile does not know it. */
const AGAIN = 10;
/** Milliseconds for ejabberd to take it, on all nodes. */
const PATIENCE = 5000;

export interface TracingOptions {
  readonly domain: string;
  readonly folder: TraceFolder;
  readonly link: Link;
  readonly log: Log;
}

export class Tracing {
  readonly #options: TracingOptions;
  readonly #iq: Iq;
  /** What ejabberd has taken: until when each is traced, in Unix seconds. */
  readonly #told = new Map<string, number>();
  readonly #telling = new Set<string>();
  #looks = 0;

  constructor(options: TracingOptions) {
    const { domain, link } = options;
    const bareAddress = `site.${domain}`;
    this.#options = options;
    this.#iq = new Iq({ domain, bareAddress, timeout: PATIENCE, send: sendOn(link, bareAddress) });
  }

  start(): void {
    setInterval(() => this.#look(), EVERY).unref();
  }

  /** The link is down: it may be another node that is there next. */
  down(): void {
    this.#iq.failAll();
    this.#told.clear();
  }

  /** False for what is about something else. */
  take(stanza: Element): boolean {
    const { domain, folder, link } = this.#options;
    if (stanza.attrs['from'] !== domain) return false;
    if (stanza.name === 'message') return this.#takeDecision(stanza);
    const answer = answerTo(stanza, folder);
    if (answer !== undefined) link.send(answer);
    return answer !== undefined || (isAnswer(stanza) && this.#iq.take(stanza));
  }

  #look(): void {
    if (!this.#options.link.up) return;
    this.#looks += 1;
    const again = this.#looks % AGAIN === 0;
    const now = new Map(this.#options.log.tracer.orders.map(({ user, until }) => [user, secondsOf(until)]));
    for (const user of this.#told.keys()) if (!now.has(user)) void this.#tell(user, 0);
    for (const [user, until] of now)
      if (again || this.#told.get(user) !== until) void this.#tell(user, until);
  }

  /** What is not answered is told again at the next look. */
  async #tell(user: string, until: number): Promise<void> {
    if (this.#telling.has(user)) return;
    this.#telling.add(user);
    try {
      const traced = xml('traced', { until: String(until) });
      const push = xml('push', { xmlns: NS.site, user: localPartOf(user) }, traced);
      await this.#iq.request('set', push, this.#options.domain);
      this.#wasTold(user, until);
    } catch {
      this.#told.delete(user);
    } finally {
      this.#telling.delete(user);
    }
  }

  #wasTold(user: string, until: number): void {
    if (until > 0 && this.#told.get(user) !== until) this.#options.log.traceOf(user)?.line('filter-asked');
    if (until > 0) this.#told.set(user, until);
    else this.#told.delete(user);
  }

  #takeDecision(stanza: Element): boolean {
    const decision = stanza.getChild('decision', NS.site);
    if (decision !== undefined) this.#decided(decision);
    return decision !== undefined;
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
