/**
 * Every event that a log may have: its level, who writes it, and what it says. docs/operations.md has the same list, with
 * what to do; a test compares the two, and that each is written somewhere.
 */

export type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal';
/** `all`: whichever process it happens in. */
export type LogPart = 'supervisor' | 'bridge' | 'component' | 'auth' | 'all';

export interface LogEventText {
  readonly level: Level;
  readonly part: LogPart;
  /** One sentence without what differs from line to line: that stands in fields of its own. */
  readonly says: string;
}

const of =
  (part: LogPart, level: Level) =>
  (says: string): LogEventText => ({ level, part, says });

const bridge = { info: of('bridge', 'info'), warn: of('bridge', 'warn'), error: of('bridge', 'error') };
const component = {
  info: of('component', 'info'),
  warn: of('component', 'warn'),
  error: of('component', 'error'),
};
const auth = { info: of('auth', 'info'), warn: of('auth', 'warn'), error: of('auth', 'error') };
const all = { info: of('all', 'info'), warn: of('all', 'warn'), error: of('all', 'error') };

export const LOG_EVENTS = {
  // start and end of processes
  'worker-started': of('supervisor', 'info')('worker started'),
  'worker-serves': of('supervisor', 'info')('worker serves'),
  'worker-left': of('supervisor', 'info')('worker has left'),
  'worker-ended': of('supervisor', 'error')('worker ended: starting another'),
  'worker-too-large': of('supervisor', 'warn')('the worker is too large: another takes over'),
  'worker-not-retired': of('supervisor', 'warn')('a worker could not hand all its sessions over'),
  'deploy-over': of('supervisor', 'info')('deploy over'),
  'pids-not-written': of('supervisor', 'warn')('the pid file can not be written'),
  'journal-removed': of('supervisor', 'error')('a journal that nobody can take over is removed'),
  'worker-ready': bridge.info('ready'),
  'worker-can-not-go-on': of('bridge', 'fatal')('this worker can not go on: the supervisor starts another'),
  draining: bridge.info('an operator drains this worker, or ends that'),
  'session-kicked': bridge.info('an operator has ended a session'),
  'log-level': bridge.info('an operator changes how much is told'),
  'rollout-changed': bridge.info('who has the chat has changed'),
  'rollout-not-read': bridge.warn('who has the chat can not be read: it stays as it was'),
  'auth-ready': auth.info('ready'),
  'fault-uncaught': of('all', 'fatal')('a fault that nobody caught'),
  'trace-not-written': all.warn('a line of a trace was not written'),
  'traces-unreadable': all.info('the folder of traces can not be read: nobody is traced here'),
  'auth-settings-unusable': of('auth', 'fatal')('nobody can sign in'),

  // calls of browsers
  'call-failed': bridge.error('call failed'),
  'call-unavailable': bridge.warn('a call was refused, as what it needs does not answer'),
  'request-failed': bridge.error('request failed'),
  'too-few-files': bridge.warn('too few files may be open: fewer connections are accepted'),

  // sessions
  'xmpp-up': bridge.info('xmpp up'),
  'xmpp-not-opened': bridge.warn('xmpp not opened'),
  'xmpp-down': bridge.warn('xmpp down'),
  'xmpp-fault': bridge.warn('xmpp fault'),
  'xmpp-taken-over': bridge.info('xmpp taken over'),
  'xmpp-not-taken-over': bridge.warn('xmpp not taken over at once'),
  'session-failed': bridge.error('a session has failed, and is ended'),
  'session-not-kept-up': bridge.error('the session is not kept up'),
  'presence-not-changed': bridge.warn('the presence could not be changed'),
  'no-second-look': bridge.warn('no second look at the archive'),
  'user-state-fault': bridge.warn('user state not read or written'),
  'rows-not-pruned': bridge.warn('old rows are not pruned'),

  // hand-overs and journals
  'not-handed-over': bridge.warn('sessions could not be handed over'),
  'handed-over-in-a-call': bridge.warn('handed over in the middle of a call'),
  'session-not-taken': bridge.warn('a session of another worker can not be read: it begins anew'),
  'journal-too-old': bridge.warn('the journal of a worker is too old: the server has forgotten its streams'),
  'journal-unreadable': bridge.error('the journal of a worker can not be read'),
  'journal-given-up': bridge.error('the journal can not be written: it is given up'),
  'no-journal': bridge.error('there is no journal'),

  // databases and the site
  'pool-no-answer': all.warn('the pool gave no answer in time'),
  'pool-query-failed': all.warn('a statement failed, or no connection could be opened'),
  'pool-checked': all.info('the pool gives its connections'),
  'pool-not-checked': all.warn('it could not be seen how many connections the pool gives'),
  'pool-starved': all.error(
    'the pool gives fewer connections than it should: everybody waits for each other',
  ),
  'site-settings': all.warn('the settings of the site'),
  'site-api-no-answer': all.warn('the site’s API gave no answer in time'),
  'site-api-failed': all.warn('the site’s API failed, or gave no answer that can be used'),
  'site-api-left-in-peace': all.error('the site’s API failed too often: left in peace for a while'),
  'site-api-back': all.info('the site’s API answers again'),
  'too-many-friends': all.warn('too many friends'),
  'row-unusable': of('all', 'debug')('a row whose id can not be an address'),
  'password-hash-unknown': all.warn('a password hash of unknown format, or too costly'),

  // sign-in
  'auth-yes': of('auth', 'debug')('auth: let in'),
  'auth-no': auth.info('auth: not let in'),
  'auth-user-asked': of('auth', 'debug')('auth: asked whether there is such an account'),
  'auth-refused': auth.info('auth: a request that is never done'),
  'auth-limited': auth.warn('auth: too many wrong passwords'),
  'auth-unavailable': auth.error('auth: the directory does not answer'),
  'auth-request-failed': auth.error('a request failed'),
  'tries-not-shared': auth.warn('wrong passwords are counted by each process for itself'),
  'metrics-not-written': auth.warn('metrics not written'),

  // the component
  'component-up': component.info('the link to ejabberd is up'),
  'component-down': component.warn('the link to ejabberd is down'),
  'component-out-of-reach': component.warn('ejabberd is out of reach'),
  'component-refused': component.error('ejabberd refuses the component'),
  'component-link-fault': component.warn('link fault'),
  'component-not-sent': component.warn('not sent'),
  'component-no-answer': component.error('no answer for ejabberd'),
  'no-outbox': component.warn(
    'the settings name no outbox (site.queries.changes): a change shows at the next login',
  ),
  'outbox-unreadable': component.warn('the outbox can not be read, or its useless rows not be taken off'),
  'change-not-done': component.warn('a change is not done yet'),
  'changes-left-out': component.warn(
    'changes of an unknown kind, or about ids that can not be addresses, are left out',
  ),
} as const satisfies Readonly<Record<string, LogEventText>>;

export type LogEvent = keyof typeof LOG_EVENTS;
