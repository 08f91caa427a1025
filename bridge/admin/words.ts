/** What an operator may ask of a worker, on its socket (supervision/control.ts), and the answers. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { z } from 'zod';
import type { Log } from '../log.ts';
import type { LogLevel } from '../loudness.ts';
import { scrapeSome } from '../metrics.ts';
import { RELEASE } from '../release.ts';
import type { Expected } from '../session/expected.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Words } from '../supervision/control.ts';
import type { Draining } from './draining.ts';
import { factsOf, pageOf, type SessionPage, type UserFacts } from './session-facts.ts';

export interface WorkerStatus {
  readonly pid: number;
  /** Of the code that it runs. */
  readonly release: string;
  /** Seconds since its start. */
  readonly up: number;
  readonly ready: boolean;
  readonly reasons: readonly string[];
  readonly level: LogLevel;
  /** Seconds that the event loop was late: the 99th percentile since the last such question. */
  readonly late: number;
  /** Those of STATUS_METRICS, as Prometheus reads them. */
  readonly metrics: string;
}

/** Of each word: what goes with it, and its answer. */
export interface WorkerWords {
  readonly status: { with: undefined; answer: WorkerStatus };
  readonly sessions: { with: { after: string; limit: number }; answer: SessionPage };
  readonly user: { with: { user: string }; answer: { user?: UserFacts } };
  readonly kick: { with: { user: string }; answer: { kicked: boolean } };
  readonly drain: { with: { on: boolean; endAfter?: number }; answer: { sessions: number } };
  readonly loglevel: { with: { level?: LogLevel; seconds?: number }; answer: { level: LogLevel } };
}

export interface Operated {
  readonly sessions: Sessions;
  readonly expected: Expected;
  readonly draining: Draining;
  readonly readiness: () => { readonly ready: boolean; readonly reasons: readonly string[] };
  readonly log: Log;
  /** The level of the settings. */
  readonly level: LogLevel;
  readonly clock: () => number;
}

/** What a status is made of. */
export const STATUS_METRICS = [
  'im_sessions',
  'im_tabs',
  'im_polls_held',
  'im_xmpp_links',
  'im_xmpp_logins_under_way',
  'im_xmpp_logins_waiting',
  'im_pool_connections',
  'im_pool_limit',
  'im_pool_in_use',
  'im_pool_waiting',
  'im_pool_timeouts_total',
  'im_pool_starved',
  'process_resident_memory_bytes',
] as const;

/** Sessions of one answer. */
export const MOST_SESSIONS = 1000;
const DAY = 86_400;
/** Milliseconds between two looks at the event loop. */
const RESOLUTION = 10;

const page = z.object({ after: z.string(), limit: z.int().min(1).max(MOST_SESSIONS) });
const one = z.object({ user: z.string() });
const drain = z.object({ on: z.boolean(), endAfter: z.number().min(0).max(DAY).optional() });
const loud = z.object({
  level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).optional(),
  seconds: z.number().min(1).max(DAY).default(600),
});

/** What goes with a word. @throws Error with a sentence for what does not */
function given<T>(schema: z.ZodType<T>, rest: string): T {
  const found = schema.safeParse(valueOf(rest));
  if (found.success) return found.data;
  throw new Error(`what goes with this word is not understood: ${z.prettifyError(found.error)}`);
}

/** Undefined for what is no JSON, which no word takes. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function workerWords(operated: Operated): Words {
  const { sessions, clock, log } = operated;
  const late = lateness();
  return {
    status: async () => ({
      ...standingOf(operated),
      late: late(),
      metrics: await scrapeSome(STATUS_METRICS),
    }),
    sessions: (rest) => {
      const { after, limit } = given(page, rest);
      return pageOf(sessions.all, after, limit);
    },
    user: async (rest) => {
      const live = sessions.of(await arrived(operated, rest));
      return live === undefined ? {} : { user: factsOf(live, clock()) };
    },
    kick: async (rest) => {
      const user = await arrived(operated, rest);
      const kicked = await sessions.dismiss(user, 'kicked');
      if (kicked) log.event('session-kicked', { user });
      return { kicked };
    },
    drain: (rest) => drainAs(operated, rest),
    loglevel: (rest) => tell(operated, rest),
  };
}

/** Seconds: the 99th percentile of how late the event loop was, since it was asked last. */
function lateness(): () => number {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  return () => {
    const milliseconds = delay.percentile(99) / 1e6;
    delay.reset();
    return Math.max(0, milliseconds - RESOLUTION) / 1000; // it counts from look to look
  };
}

/** One whose session is on its way here is waited for. */
async function arrived({ expected }: Operated, rest: string): Promise<string> {
  const { user } = given(one, rest);
  await expected.arrival(user)?.catch(() => undefined);
  return user;
}

function standingOf({ readiness, log }: Operated): Omit<WorkerStatus, 'late' | 'metrics'> {
  const { ready, reasons } = readiness();
  return { pid: process.pid, release: RELEASE, up: process.uptime(), ready, reasons, level: log.level };
}

function drainAs({ draining, sessions, log }: Operated, rest: string): WorkerWords['drain']['answer'] {
  const { on, endAfter } = given(drain, rest);
  if (on) draining.begin(endAfter === undefined ? undefined : endAfter * 1000);
  else draining.end();
  log.event('draining', { on });
  return { sessions: sessions.all.length };
}

function tell({ log, level: usual }: Operated, rest: string): WorkerWords['loglevel']['answer'] {
  const { level, seconds } = given(loud, rest);
  if (level !== undefined) {
    log.tellFor(level, usual, seconds * 1000);
    log.event('log-level', { to: level, seconds });
  }
  return { level: log.level };
}
