/** How much: what is sized for a small server, and what a log must not hold. */
import { isOn, secondsOf, sizeOf } from '../ejabberd-settings.ts';
import type { Facts } from '../facts.ts';
import { advice, fault, ok, orOk, unseen, type Finding } from '../finding.ts';

const CACHE_DEFAULT = 1000;
const QUEUE = 10_000;
const SQL_TIMEOUT = 60;
/** Files beside the sessions: databases, logs, listeners, code. */
const OTHER_FILES = 1000;

export function capacity(facts: Facts): readonly Finding[] {
  const { ejabberd, bridge } = facts;
  const findings: Finding[] = [];
  const cache = sizeOf(ejabberd.get('cache_size')) ?? CACHE_DEFAULT;
  if (cache < bridge.limits.sessions)
    findings.push(
      advice(
        'cache_size',
        `${cache} entries, and a bridge has up to ${bridge.limits.sessions} sessions (limits.sessions): rosters and blocks are asked for again and again`,
        'cache_size: 200000',
      ),
    );
  const queue = sizeOf(ejabberd.get('max_fsm_queue')) ?? QUEUE;
  if (queue < QUEUE)
    findings.push(
      advice(
        'max_fsm_queue',
        `a client for whom ${queue} stanzas wait is given up: a login with many friends may do that`,
        `max_fsm_queue: ${QUEUE}`,
      ),
    );
  const timeout = secondsOf(ejabberd.get('sql_query_timeout')) ?? SQL_TIMEOUT;
  if (timeout < SQL_TIMEOUT)
    findings.push(
      fault(
        'sql_query_timeout',
        `after ${timeout} s without an answer ejabberd refuses a message: a backup that locks the tables stops the chat`,
        `sql_query_timeout: ${SQL_TIMEOUT}`,
      ),
    );
  return orOk(findings, 'cache_size, max_fsm_queue, sql_query_timeout', 'large enough');
}

export function logging({ ejabberd, running }: Facts): readonly Finding[] {
  const level =
    running !== undefined && 'seen' in running.loglevel ? running.loglevel.seen : ejabberd.get('loglevel');
  const findings: Finding[] = [];
  if (level === 'debug' || level === 5)
    findings.push(
      fault(
        'loglevel',
        'debug writes each message, password and ticket into the log',
        'loglevel: info, and now: ejabberdctl set_loglevel info',
      ),
    );
  if (!isOn(ejabberd.get('hide_sensitive_log_data') ?? false))
    findings.push(
      advice(
        'hide_sensitive_log_data',
        'the addresses of members are in the log',
        'hide_sensitive_log_data: true',
      ),
    );
  return orOk(findings, 'loglevel', 'no bodies, no addresses of members');
}

export function files({ running, bridge }: Facts): readonly Finding[] {
  const setting = 'open files of ejabberd';
  if (running === undefined) return [];
  const mend = 'LimitNOFILE= of its systemd unit, and ERL_MAX_PORTS in ejabberdctl.cfg';
  if ('unseen' in running.files) return [unseen(setting, running.files.unseen, `look yourself at ${mend}`)];
  const [limit, least] = [running.files.seen, bridge.limits.sessions + OTHER_FILES];
  if (limit >= least)
    return [ok(setting, `${limit}, for ${bridge.limits.sessions} sessions of one bridge (limits.sessions)`)];
  return [
    fault(
      setting,
      `${limit}, and one bridge alone may have ${bridge.limits.sessions} sessions (limits.sessions)`,
      mend,
    ),
  ];
}
