/** What `im-bridge status` knows of this machine: from the workers' sockets, and the component's metrics. */
import type { WorkerStatus } from '../admin/words.ts';
import type { Config } from '../config/schema.ts';
import { labelValues, samplesOf, valueOf, type Sample } from './prometheus.ts';
import { askWorkers, type Reply, type Where } from './workers.ts';

export interface PoolView {
  readonly pool: string;
  readonly open: number;
  readonly limit: number;
  readonly inUse: number;
  readonly waiting: number;
  /** Since the start. */
  readonly timeouts: number;
  readonly starved: boolean;
}

export interface WorkerView {
  readonly place: number;
  readonly pid: number;
  /** Of the code that it runs: after a deploy that of the new one. */
  readonly release: string;
  /** Why nothing is known of it. */
  readonly fault?: string;
  readonly ready: boolean;
  /** Why it is not ready. */
  readonly reasons: readonly string[];
  /** Seconds. */
  readonly up: number;
  readonly level: string;
  readonly sessions: number;
  readonly tabs: number;
  readonly held: number;
  readonly links: { readonly up: number; readonly down: number };
  readonly logins: { readonly underWay: number; readonly waiting: number };
  /** Seconds that the event loop was late: the 99th percentile since it was asked last. */
  readonly late: number;
  /** Bytes. */
  readonly memory: number;
  readonly pools: readonly PoolView[];
}

export interface ComponentView {
  readonly connected: boolean;
  /** Rows of the site's outbox at the last look, 500 at the most; changes under way, and to be tried again. */
  readonly outbox: { readonly seen: number; readonly running: number; readonly failed: number };
}

export interface Overview {
  readonly workers: readonly WorkerView[];
  /** Undefined where the settings name no port of it; a sentence when it does not answer. */
  readonly component: ComponentView | string | undefined;
}

/** Milliseconds for the component's answer. */
const PATIENCE = 2000;

/** @throws Unreachable when no worker is there */
export async function lookAt(where: Where): Promise<Overview> {
  const [replies, component] = await Promise.all([
    askWorkers(where, 'status', undefined),
    componentOf(where.config.component),
  ]);
  return { workers: replies.map(viewOf), component };
}

function viewOf(reply: Reply<WorkerStatus>): WorkerView {
  const { place, pid } = reply;
  if (!('said' in reply)) return { ...NOTHING, place, pid, fault: reply.fault };
  const { metrics, ...standing } = reply.said;
  return { ...standing, place, pid, ...figuresOf(samplesOf(metrics)) };
}

type Figures = Pick<WorkerView, 'sessions' | 'tabs' | 'held' | 'links' | 'logins' | 'memory' | 'pools'>;

export function figuresOf(samples: readonly Sample[]): Figures {
  const of = (name: string, labels?: Sample['labels']): number => valueOf(samples, name, labels) ?? 0;
  return {
    sessions: of('im_sessions'),
    tabs: of('im_tabs'),
    held: of('im_polls_held'),
    links: { up: of('im_xmpp_links', { state: 'up' }), down: of('im_xmpp_links', { state: 'down' }) },
    logins: { underWay: of('im_xmpp_logins_under_way'), waiting: of('im_xmpp_logins_waiting') },
    memory: of('process_resident_memory_bytes'),
    pools: poolsOf(samples),
  };
}

const NOTHING = { release: '', ready: false, reasons: [], up: 0, level: '', late: 0, ...figuresOf([]) };

/** Not those that were of use at the start alone. */
function poolsOf(samples: readonly Sample[]): PoolView[] {
  return labelValues(samples, 'im_pool_limit', 'pool')
    .map((pool) => {
      const of = (name: string): number => valueOf(samples, name, { pool }) ?? 0;
      return {
        pool,
        open: of('im_pool_connections'),
        limit: of('im_pool_limit'),
        inUse: of('im_pool_in_use'),
        waiting: of('im_pool_waiting'),
        timeouts: of('im_pool_timeouts_total'),
        starved: of('im_pool_starved') === 1,
      };
    })
    .filter(({ limit, open }) => limit > 1 || open > 0);
}

async function componentOf({
  adminHost,
  adminPort,
}: Config['component']): Promise<ComponentView | string | undefined> {
  if (adminPort === undefined) return undefined;
  const address = `${adminHost}:${adminPort}`;
  try {
    const answer = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(PATIENCE) });
    return componentView(samplesOf(await answer.text()));
  } catch {
    return `does not answer at ${address}: is it running?`;
  }
}

function componentView(samples: readonly Sample[]): ComponentView {
  const waiting = (state: string): number => valueOf(samples, 'im_changes_waiting', { state }) ?? 0;
  return {
    connected: valueOf(samples, 'im_component_connected') === 1,
    outbox: { seen: waiting('seen'), running: waiting('running'), failed: waiting('failed') },
  };
}
