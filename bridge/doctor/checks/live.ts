/** What was tried: ports, a session, and the databases. */
import { isOn } from '../ejabberd-settings.ts';
import type { Database, Facts, Seen } from '../facts.ts';
import { advice, fault, ok, orOk, type Finding } from '../finding.ts';

/** Tables of ejabberd's own schema that our modules and its need. */
const TABLES = [
  'archive',
  'archive_prefs',
  'last',
  'privacy_default_list',
  'privacy_list',
  'privacy_list_data',
  'spool',
];
const CARBONS = 'urn:xmpp:carbons:2';
const SOON = 14 * 86_400_000;

export function doors({ doors: found, bridge }: Facts): readonly Finding[] {
  return found.flatMap(({ port, features }) => {
    const setting = `port ${port}`;
    if ('unseen' in features)
      return [
        fault(
          setting,
          `looked at from here: ${features.unseen}`,
          port === bridge.xmpp.port
            ? 'the bridge connects there: start ejabberd, or mend xmpp.host and xmpp.port'
            : 'see ejabberd’s log',
        ),
      ];
    const { secure } = features.seen;
    if (secure === undefined) return [ok(setting, 'answers as this domain')];
    const [distrust, left] = [secure.distrust, secure.expires - Date.now()];
    if (distrust !== undefined)
      return [
        advice(
          setting,
          `clients will not trust its certificate (${distrust})`,
          'certfiles: a certificate for this domain from an authority that clients know',
        ),
      ];
    return [
      left < SOON
        ? fault(
            setting,
            'its certificate ends in less than 14 days',
            'renew it, and: ejabberdctl reload_config',
          )
        : ok(setting, 'answers as this domain, with a good certificate'),
    ];
  });
}

export function login({ login: tried, ejabberd }: Facts): readonly Finding[] {
  if ('unseen' in tried)
    return [
      fault(
        'a login with a ticket',
        tried.unseen,
        'can the user of ejabberd read im-bridge.yml and run the script? Are ticket.secret and the clocks (5 s) the same here and there? See ejabberd’s log',
      ),
    ];
  const { refusesForged, probe } = tried.seen;
  const { features, services, archiveFault } = probe;
  const strangers = services.filter((name) => name !== `site.${ejabberd.domain}`);
  return [
    ok('a login with a ticket', 'works'),
    refusesForged
      ? ok('a login with a forged ticket', 'is refused')
      : fault(
          'a login with a forged ticket',
          'is let in: anybody can be anybody',
          'auth_method: [external], with the script of im-bridge alone',
        ),
    archiveFault === undefined
      ? ok('the archive', 'answers a session')
      : fault(
          'the archive',
          `does not answer a session (${archiveFault})`,
          'is erlang-p1-mysql installed? Are the sql_ settings right, and the schema loaded? See ejabberd’s log',
        ),
    ...(features.includes(CARBONS)
      ? []
      : [fault('features of the server', 'no carbons (XEP-0280)', 'mod_carboncopy: {}')]),
    ...orOk(
      strangers.map((name) =>
        advice(
          'services of the server',
          `${name} answers stanzas of members, past their friendships`,
          'take out the module or the component that serves it',
        ),
      ),
      'services of the server',
      'none but the site’s component',
    ),
  ];
}

export function databases({ store, archive, bridge, ejabberd }: Facts): readonly Finding[] {
  const findings = [...database('mysql of im-bridge.yml', store, [], bridge.token.leeway)];
  if (archive !== undefined) findings.push(...database('sql_server', archive, TABLES, bridge.token.leeway));
  if (isOn(ejabberd.get('new_sql_schema') ?? false))
    findings.push(
      advice('new_sql_schema', 'the tests run with the other schema', 'nothing, if the archive answers'),
    );
  return findings;
}

function database(
  setting: string,
  found: Seen<Database>,
  wanted: readonly string[],
  leeway: number,
): Finding[] {
  if ('unseen' in found)
    return [
      fault(
        setting,
        `can’t be used from here: ${found.unseen}`,
        'mend address, account or password; from another machine, let it in or run doctor beside ejabberd',
      ),
    ];
  const { tables, clock } = found.seen;
  const missing = wanted.filter((name) => !tables.includes(name));
  if (missing.length > 0)
    return [
      fault(
        setting,
        `tables are missing: ${missing.join(', ')}`,
        'load /usr/share/ejabberd/sql/mysql.sql into sql_database',
      ),
    ];
  if (Math.abs(clock) > leeway)
    return [
      fault(
        setting,
        `its clock is ${Math.round(clock)} s off ours: more than token.leeway (${leeway} s)`,
        'keep the clocks of all machines together (NTP)',
      ),
    ];
  return [ok(setting, 'answers, and its clock is ours')];
}

/** The site's queries, or its API: judged by bridge/site. */
export function directory({ directory: found }: Facts): readonly Finding[] {
  const setting = 'site of im-bridge.yml';
  if ('unseen' in found) return [fault(setting, found.unseen, 'mend the settings under site')];
  const mend = 'mend the settings under site';
  const findings = [
    ...found.seen.faults.map((says) => fault(setting, says, mend)),
    ...found.seen.warnings.map((says) => advice(setting, says, mend)),
  ];
  return orOk(findings, setting, 'the directory answers');
}
