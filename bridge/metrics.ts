/** Every metric, in one list. docs/operations.md says what each means to an operator. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export const registry = new Registry();

const registers = [registry];
const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const metrics = {
  sessions: new Gauge({ name: 'im_sessions', help: 'Sessions open', registers }),
  tabs: new Gauge({ name: 'im_tabs', help: 'Tabs attached to sessions', registers }),
  polls: new Gauge({ name: 'im_polls_held', help: 'Polls held', registers }),
  streams: new Gauge({ name: 'im_streams', help: 'Event streams open (of the polls held)', registers }),
  streamsCut: new Counter({
    name: 'im_streams_cut_total',
    help: 'Event streams cut, as their reader was too slow',
    registers,
  }),
  connectionsRefused: new Counter({
    name: 'im_connections_refused_total',
    help: 'Connections of browsers closed at once, as there were too many (all, or of this address)',
    labelNames: ['reason'] as const,
    registers,
  }),
  calls: new Counter({
    name: 'im_calls_total',
    help: 'Calls of the web protocol, by name and outcome (ok, or the error code)',
    labelNames: ['call', 'outcome'] as const,
    registers,
  }),
  events: new Counter({
    name: 'im_events_total',
    help: 'Events written to event logs',
    labelNames: ['type'] as const,
    registers,
  }),
  refusedInput: new Counter({
    name: 'im_stanzas_ignored_total',
    help: 'Stanzas from ejabberd that were not what they claim to be',
    labelNames: ['reason'] as const,
    registers,
  }),
  links: new Gauge({
    name: 'im_xmpp_links',
    help: 'XMPP streams, by state',
    labelNames: ['state'] as const,
    registers,
  }),
  linkFaults: new Counter({
    name: 'im_xmpp_faults_total',
    help: 'XMPP streams cut, or not opened, by reason',
    labelNames: ['reason'] as const,
    registers,
  }),
  notSent: new Counter({
    name: 'im_xmpp_queue_full_total',
    help: 'Messages refused, and notices left out, since ejabberd had not acknowledged enough, by what (message, notice)',
    labelNames: ['what'] as const,
    registers,
  }),
  loginsUnderWay: new Gauge({
    name: 'im_xmpp_logins_under_way',
    help: 'XMPP logins under way, with the set-up of their sessions',
    registers,
  }),
  logins: new Gauge({
    name: 'im_xmpp_logins_waiting',
    help: 'XMPP logins that wait for their turn',
    registers,
  }),
  sendSeconds: new Histogram({
    name: 'im_send_seconds',
    help: 'From a send call to the acknowledgement of ejabberd',
    buckets: SECONDS,
    registers,
  }),
  writesRefused: new Counter({
    name: 'im_user_state_writes_refused_total',
    help: 'Read markers, UI state and presence that were not stored, as writes of the same user before them are stuck, by reason (full, timeout)',
    labelNames: ['reason'] as const,
    registers,
  }),
  handedOver: new Counter({
    name: 'im_handover_sessions_total',
    help: 'Sessions that went from one worker to another, by how (taken, refused, given-taken, given-refused; journal-taken, journal-refused of a worker that was killed)',
    labelNames: ['how'] as const,
    registers,
  }),
  handOverPause: new Histogram({
    name: 'im_handover_pause_seconds',
    help: 'From the moment when a session was ended in one worker until its stream was resumed in the other',
    buckets: SECONDS,
    registers,
  }),
  handOverExpected: new Gauge({
    name: 'im_handover_expected',
    help: 'Sessions that are on their way to this worker',
    registers,
  }),
  journalBytes: new Counter({
    name: 'im_journal_bytes_total',
    help: 'Bytes written to the journal, from which a successor takes over when this worker is killed',
    registers,
  }),
  directory: new Counter({
    name: 'im_directory_questions_total',
    help: 'Questions to the directory, by question and outcome (ok, unavailable)',
    labelNames: ['question', 'outcome'] as const,
    registers,
  }),
  directorySeconds: new Histogram({
    name: 'im_directory_seconds',
    help: 'Seconds for an answer of the directory',
    labelNames: ['question'] as const,
    buckets: SECONDS,
    registers,
  }),
  directoryRowsIgnored: new Counter({
    name: 'im_directory_rows_ignored_total',
    help: 'Rows of the site whose id can not be an address',
    labelNames: ['question'] as const,
    registers,
  }),
  directoryTries: new Counter({
    name: 'im_directory_api_tries_total',
    help: "Tries at the site's JSON API, by outcome (ok, or why there was no answer)",
    labelNames: ['pool', 'outcome'] as const,
    registers,
  }),
  directoryBreaker: new Gauge({
    name: 'im_directory_api_breaker',
    help: "Is the site's JSON API left in peace, as it failed too often (0 no, 1 being tried, 2 yes)",
    labelNames: ['pool'] as const,
    registers,
  }),
  poolSize: new Gauge({
    name: 'im_pool_connections',
    help: 'Connections of a pool',
    labelNames: ['pool'] as const,
    registers,
  }),
  poolLimit: new Gauge({
    name: 'im_pool_limit',
    help: 'Connections at the most',
    labelNames: ['pool'] as const,
    registers,
  }),
  poolUsed: new Gauge({
    name: 'im_pool_in_use',
    help: 'Connections in use',
    labelNames: ['pool'] as const,
    registers,
  }),
  poolWaiting: new Gauge({
    name: 'im_pool_waiting',
    help: 'Callers that wait for a connection',
    labelNames: ['pool'] as const,
    registers,
  }),
  poolWaitSeconds: new Histogram({
    name: 'im_pool_wait_seconds',
    help: 'Seconds that a caller waited for a connection',
    labelNames: ['pool'] as const,
    buckets: SECONDS,
    registers,
  }),
  poolTimeouts: new Counter({
    name: 'im_pool_timeouts_total',
    help: 'Callers that gave up, by what they waited for (connection, query, queue-full)',
    labelNames: ['pool', 'reason'] as const,
    registers,
  }),
  poolErrors: new Counter({
    name: 'im_pool_errors_total',
    help: 'Statements that failed, and connections that could not be opened, by code of MySQL or the system; failed tries at the site’s JSON API by kind',
    labelNames: ['pool', 'code'] as const,
    registers,
  }),
  poolEffective: new Gauge({
    name: 'im_pool_effective',
    help: 'Statements that ran at once in the self-check at the start; im_pool_limit when all is well',
    labelNames: ['pool'] as const,
    registers,
  }),
  poolStarved: new Gauge({
    name: 'im_pool_starved',
    help: 'Alarm: does the pool give fewer connections than it should, or one alone, or did the server refuse some as too many within 5 minutes (1 or 0)',
    labelNames: ['pool'] as const,
    registers,
  }),
  auth: new Counter({
    name: 'im_auth_total',
    help: 'External-auth requests, by operation and outcome (yes, no, limited, unavailable, refused)',
    labelNames: ['operation', 'outcome'] as const,
    registers,
  }),
  component: new Counter({
    name: 'im_component_questions_total',
    help: 'Questions of ejabberd to the component, by question and outcome',
    labelNames: ['question', 'outcome'] as const,
    registers,
  }),
  componentQuestions: new Gauge({
    name: 'im_component_questions',
    help: 'Questions of ejabberd that are being answered, and that wait (answering, waiting)',
    labelNames: ['state'] as const,
    registers,
  }),
  changes: new Counter({
    name: 'im_changes_total',
    help: 'Changes of the site, by what they are about (friends, user, sign-out, unknown) and outcome (done, failed, left-out)',
    labelNames: ['about', 'outcome'] as const,
    registers,
  }),
  changesWaiting: new Gauge({
    name: 'im_changes_waiting',
    help: 'Rows of the outbox at the last look (seen, 500 at the most), and changes under way and to be tried again (running, failed)',
    labelNames: ['state'] as const,
    registers,
  }),
  componentLink: new Gauge({
    name: 'im_component_connected',
    help: 'Is the component connected to ejabberd (1 or 0)',
    registers,
  }),
};

const collectors: (() => void)[] = [];

/** Has `collect` set its gauges each time that somebody asks. */
export function collectOnScrape(collect: () => void): void {
  collectors.push(collect);
}

/** All metrics as text. */
export function scrape(): Promise<string> {
  for (const collect of collectors) collect();
  return registry.metrics();
}

/** Some of them as text. Others are left as they are: the event-loop delay begins anew each time that it is read. */
export async function scrapeSome(names: readonly string[]): Promise<string> {
  for (const collect of collectors) collect();
  const known = names.filter((name) => registry.getSingleMetric(name) !== undefined);
  return (await Promise.all(known.map((name) => registry.getSingleMetricAsString(name)))).join('\n');
}

/** Event-loop delay, memory, open files and the like. Called once, by a process that serves them. */
export function collectProcessMetrics(): void {
  collectDefaultMetrics({ register: registry });
}
