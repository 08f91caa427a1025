/** The doctor's judgement, setting by setting: the shipped ejabberd.yml is well, and each dangerous change is named. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { checkConfig } from '../../../bridge/config/load.ts';
import { examine } from '../../../bridge/doctor/checks/index.ts';
import { EjabberdSettings, type Tree } from '../../../bridge/doctor/ejabberd-settings.ts';
import type { Facts } from '../../../bridge/doctor/facts.ts';
import type { Finding, Level } from '../../../bridge/doctor/finding.ts';
import { ROOT } from '../../support/root.ts';

const DOMAIN = 'example.org';
const SECRET = 'fb3c9a'.repeat(8);
const account = { user: 'im', password: 'of the database', database: 'im' };
const bridge = checkConfig('the test', {
  domain: DOMAIN,
  http: { port: 8080, origins: ['https://www.example.org'] },
  admin: { port: 8081 },
  xmpp: {},
  component: { secret: SECRET },
  token: { secret: SECRET },
  ticket: { secret: SECRET },
  mysql: account,
  site: {
    mysql: account,
    queries: { user: 'SELECT ?', friends: 'SELECT ?', areFriends: 'SELECT ?, ?', password: 'SELECT ?' },
  },
});

function shipped(): Tree {
  const text = readFileSync(join(ROOT, 'ejabberd-modules/ejabberd.yml'), 'utf8');
  return parse(text.replace("'change-me: openssl rand -hex 32'", SECRET)) as Tree;
}

/** `listen.2.ip` goes into the third listener; undefined takes the setting away. */
function changed(changes: Tree): Tree {
  const tree = shipped() as Record<string, unknown>;
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const section = names.reduce((one, name) => (one[name] ??= {}) as Record<string, unknown>, tree);
    if (value === undefined) Reflect.deleteProperty(section, last);
    else section[last] = value;
  }
  return tree;
}

const TABLES = [
  'archive',
  'archive_prefs',
  'last',
  'privacy_default_list',
  'privacy_list',
  'privacy_list_data',
  'spool',
];
const WELL: Omit<Facts, 'ejabberd'> = {
  bridge,
  from: { seen: '127.0.0.1' },
  running: {
    version: '23.01-1',
    loglevel: { seen: 'info' },
    holders: { seen: 1 },
    code: { seen: [{ name: 'mod_filter_site', sameFile: true, isCurrent: true }] },
    files: { seen: 65_536 },
  },
  doors: [
    { port: 5221, features: { seen: { starttls: 'none', inClear: ['PLAIN'] } } },
    {
      port: 5222,
      features: {
        seen: {
          starttls: 'required',
          inClear: [],
          secure: { mechanisms: ['PLAIN'], expires: Date.now() + 1e10 },
        },
      },
    },
  ],
  login: {
    seen: {
      refusesForged: true,
      probe: { features: ['urn:xmpp:carbons:2'], services: ['site.example.org'] },
    },
  },
  archive: { seen: { tables: TABLES, clock: 0.1 } },
  store: { seen: { tables: [], clock: 0.1 } },
  directory: { seen: { faults: [], warnings: [] } },
};

function judge(settings: Tree, facts: Partial<Facts> = {}): Finding[] {
  const ejabberd = new EjabberdSettings(settings, DOMAIN);
  return examine({ ...WELL, ejabberd, ...facts }).flatMap(({ findings }) => findings);
}

const wrong = (findings: readonly Finding[]): string[] =>
  findings.filter(({ level }) => level !== 'ok').map(({ level, setting }) => `${level} ${setting}`);

test('the shipped settings are well, without one advice', () => {
  expect(wrong(judge(shipped()))).toEqual([]);
});

const C2S = 'listen: ejabberd_c2s on';
const SERVICE = 'listen: ejabberd_service on 5347:';
const rule = { allow: [{ acl: 'loopback' }] };

const METRICS = { '/metrics': 'site_metrics' };

/** What is changed, and what is said of it. */
const SETTINGS: readonly (readonly [changes: Tree, level: Level, setting: string])[] = [
  [{ auth_use_cache: true }, 'fault', 'auth_use_cache'],
  [{ auth_use_cache: undefined }, 'fault', 'auth_use_cache'],
  [{ auth_method: ['external', 'mnesia'] }, 'fault', 'auth_method'],
  [{ auth_method: 'anonymous' }, 'fault', 'auth_method'],
  [{ extauth_program: '/usr/local/bin/check.pl' }, 'fault', 'extauth_program'],
  [{ extauth_pool_size: 1 }, 'advice', 'extauth_pool_size'],
  [{ disable_sasl_mechanisms: ['digest-md5'] }, 'advice', 'disable_sasl_mechanisms'],
  [{ hosts: ['other.example'] }, 'fault', 'hosts'],
  [{ 'listen.0.backlog': undefined }, 'fault', `${C2S} 5221: backlog`],
  [{ 'listen.1.backlog': 5 }, 'advice', `${C2S} 5222: backlog`],
  [{ 'listen.3.backlog': 100 }, 'advice', 'listen: ejabberd_http on 5280: backlog'],
  [{ 'listen.0.port': 5220 }, 'fault', 'listen: ejabberd_c2s'],
  [{ 'listen.0.ip': '0.0.0.0' }, 'fault', `${C2S} 5221: starttls_required`],
  [{ 'listen.0.ip': undefined }, 'fault', `${C2S} 5221: starttls_required`],
  [{ 'listen.0.starttls_required': true }, 'fault', `${C2S} 5221: starttls`],
  [{ 'listen.0.shaper': 'native' }, 'advice', `${C2S} 5221: shaper`],
  [{ 'listen.1.starttls_required': undefined }, 'fault', `${C2S} 5222: starttls_required`],
  [{ 'listen.0.max_stanza_size': 65_536 }, 'fault', `${C2S} 5221: max_stanza_size`],
  [{ 'listen.1.max_stanza_size': 10_000 }, 'advice', `${C2S} 5222: max_stanza_size`],
  [{ 'listen.1.max_stanza_size': 'infinity' }, 'fault', `${C2S} 5222: max_stanza_size`],
  [{ 'listen.2.ip': '::' }, 'fault', `${SERVICE} ip`],
  [{ 'listen.2.check_from': false }, 'fault', `${SERVICE} check_from`],
  [{ 'listen.2.max_stanza_size': 65_536 }, 'fault', `${SERVICE} max_stanza_size`],
  [{ 'listen.2.hosts': { 'other.example.org': { password: SECRET } } }, 'fault', `${SERVICE} hosts`],
  [{ 'listen.2.hosts': undefined, 'listen.2.password': SECRET }, 'fault', `${SERVICE} hosts`],
  [{ 'listen.2.hosts': { 'site.example.org': { password: 'another' } } }, 'fault', `${SERVICE} hosts`],
  [{ 'listen.2.module': 'ejabberd_stun' }, 'fault', 'listen: ejabberd_service'],
  [
    { 'listen.3.request_handlers': { '/ws': 'ejabberd_http_ws', ...METRICS } },
    'advice',
    'listen: ejabberd_http on 5280: ejabberd_http_ws',
  ],
  [
    {
      'listen.4': {
        port: 5443,
        module: 'ejabberd_http',
        request_handlers: { '/bosh': 'mod_bosh' },
        backlog: 1024,
      },
    },
    'fault',
    'listen: ejabberd_http on 5443: mod_bosh',
  ],
  [
    { 'listen.3.request_handlers': { '/api': 'mod_http_api' } },
    'advice',
    'listen: ejabberd_http: request_handlers',
  ],
  [{ 'listen.3.ip': '0.0.0.0' }, 'advice', 'listen: ejabberd_http on 5280: site_metrics'],
  [
    { 'listen.4': { port: 5269, module: 'ejabberd_s2s_in' } },
    'advice',
    'listen: ejabberd_s2s_in on 5269: module',
  ],
  ...[
    'mod_muc',
    'mod_pubsub',
    'mod_multicast',
    'mod_announce',
    'mod_register',
    'mod_mix',
    'mod_proxy65',
    'mod_shared_roster',
    'mod_privilege',
    'mod_mqtt',
  ].map((name) => [{ [`modules.${name}`]: {} }, 'fault', `modules: ${name}`] as const),
  [{ 'modules.mod_vcard': {} }, 'advice', 'modules: mod_vcard'],
  [{ append_host_config: { [DOMAIN]: { modules: { mod_muc: {} } } } }, 'fault', 'modules: mod_muc'],
  [{ s2s_access: undefined }, 'fault', 's2s_access'],
  [{ s2s_access: 'all' }, 'fault', 's2s_access'],
  [{ s2s_access: 'some', 'access_rules.some': [{ deny: 'bad' }, { allow: 'all' }] }, 'fault', 's2s_access'],
  [{ 'modules.mod_fail2ban': {} }, 'fault', 'modules: mod_fail2ban: access'],
  [
    {
      'modules.mod_fail2ban': { access: 'free' },
      'acl.far': { ip: '192.0.2.0/24' },
      'access_rules.free': { allow: 'far' },
    },
    'fault',
    'modules: mod_fail2ban: access',
  ],
  [{ 'api_permissions.open': { who: 'all', what: '*' } }, 'fault', 'api_permissions: open'],
  [
    { 'api_permissions.open': { who: { ip: '0.0.0.0/0' }, what: ['kick_user'] } },
    'fault',
    'api_permissions: open',
  ],
  [
    { 'api_permissions.here': { who: { access: rule }, what: ['*', '!stop'] } },
    'advice',
    'api_permissions: here',
  ],
  [{ 'modules.mod_filter_site': undefined }, 'fault', 'modules: mod_filter_site'],
  [
    { 'modules.mod_filter_site.component': 'site.other.example' },
    'fault',
    'modules: mod_filter_site: component',
  ],
  [{ 'modules.mod_archive_site': undefined }, 'fault', 'modules: mod_archive_site'],
  [{ 'modules.mod_invisible_site': undefined }, 'fault', 'modules: mod_invisible_site'],
  [{ 'modules.mod_roster.db_type': 'sql' }, 'fault', 'modules: mod_roster: db_type'],
  [{ 'modules.mod_roster.store_current_id': true }, 'fault', 'modules: mod_roster: store_current_id'],
  [{ 'modules.mod_mam': undefined }, 'fault', 'modules: mod_mam'],
  [{ 'modules.mod_mam.default': undefined }, 'fault', 'modules: mod_mam: default'],
  [{ 'modules.mod_mam.access_preferences': undefined }, 'fault', 'modules: mod_mam: access_preferences'],
  [{ 'modules.mod_mam.db_type': 'mnesia' }, 'fault', 'modules: mod_mam: db_type'],
  [{ 'modules.mod_mam.assume_mam_usage': false }, 'advice', 'modules: mod_mam: assume_mam_usage'],
  [{ 'modules.mod_stream_mgmt': undefined }, 'fault', 'modules: mod_stream_mgmt'],
  [
    { 'modules.mod_stream_mgmt.max_resume_timeout': 30 },
    'fault',
    'modules: mod_stream_mgmt: max_resume_timeout',
  ],
  [
    { 'modules.mod_stream_mgmt': { resume_timeout: '5 minutes', resend_on_timeout: 'if_offline' } },
    'advice',
    'modules: mod_stream_mgmt: resume_timeout',
  ],
  [
    { 'modules.mod_stream_mgmt.resend_on_timeout': undefined },
    'advice',
    'modules: mod_stream_mgmt: resend_on_timeout',
  ],
  [{ 'modules.mod_carboncopy': undefined }, 'fault', 'modules: mod_carboncopy'],
  [{ 'modules.mod_ping': undefined }, 'advice', 'modules: mod_ping'],
  [{ cache_size: undefined }, 'advice', 'cache_size'],
  [{ max_fsm_queue: 500 }, 'advice', 'max_fsm_queue'],
  [{ sql_query_timeout: '10 seconds' }, 'fault', 'sql_query_timeout'],
  [{ hide_sensitive_log_data: undefined }, 'advice', 'hide_sensitive_log_data'],
];

describe('a dangerous setting is named, with a reason and a cure, and no other is', () => {
  test.each(SETTINGS.map(([changes, level, setting]) => ({ changes, level, setting })))(
    '$level $setting for $changes',
    ({ changes, level, setting }) => {
      const findings = judge(changed(changes));
      expect(wrong(findings)).toEqual([`${level} ${setting}`]);
      const [found] = findings.filter((one) => one.setting === setting);
      expect(found?.says.length).toBeGreaterThan(10);
      expect(found?.mend?.length).toBeGreaterThan(5);
    },
  );
});

const running = (change: Partial<NonNullable<Facts['running']>>): Partial<Facts> => ({
  running: { ...(WELL.running as NonNullable<Facts['running']>), ...change },
});
const doorsWith = (...mechanisms: string[]): Partial<Facts> => ({
  doors: [{ port: 5221, features: { seen: { starttls: 'none', inClear: mechanisms } } }],
});
const loginWith = (change: object): Partial<Facts> => ({
  login: {
    seen: {
      refusesForged: true,
      probe: { features: ['urn:xmpp:carbons:2'], services: [], ...change },
      ...change,
    },
  },
});

const SEEN: readonly (readonly [what: string, facts: Partial<Facts>, expected: string])[] = [
  ['a release before the first', running({ version: '22.10' }), 'fault version of ejabberd'],
  ['a release that nobody tested', running({ version: '25.04' }), 'advice version of ejabberd'],
  ['a log level changed since the start', running({ loglevel: { seen: 'debug' } }), 'fault loglevel'],
  ['no component', running({ holders: { seen: 0 } }), 'fault connections of site.example.org'],
  ['two components', running({ holders: { seen: 2 } }), 'advice connections of site.example.org'],
  [
    'another build',
    running({ code: { seen: [{ name: 'x', sameFile: false, isCurrent: true }] } }),
    'fault our compiled modules',
  ],
  [
    'an old build that runs',
    running({ code: { seen: [{ name: 'x', sameFile: true, isCurrent: false }] } }),
    'fault our compiled modules',
  ],
  ['few open files', running({ files: { seen: 1024 } }), 'fault open files of ejabberd'],
  [
    'open files that can’t be seen',
    running({ files: { unseen: 'other machine' } }),
    'unseen open files of ejabberd',
  ],
  ['SCRAM', doorsWith('PLAIN', 'SCRAM-SHA-1'), 'fault SASL mechanisms on port 5221'],
  ['ANONYMOUS', doorsWith('PLAIN', 'ANONYMOUS'), 'fault SASL mechanisms on port 5221'],
  ['X-OAUTH2', doorsWith('PLAIN', 'X-OAUTH2'), 'advice SASL mechanisms on port 5221'],
  ['no PLAIN', doorsWith('EXTERNAL'), 'fault SASL mechanisms on port 5221'],
  [
    'a closed port',
    { doors: [{ port: 5221, features: { unseen: 'connect ECONNREFUSED' } }] },
    'fault port 5221',
  ],
  ['a login that fails', { login: { unseen: 'not-authorized' } }, 'fault a login with a ticket'],
  ['a forged ticket that opens', loginWith({ refusesForged: false }), 'fault a login with a forged ticket'],
  [
    'a service that nobody named',
    loginWith({ services: ['conference.example.org'] }),
    'advice services of the server',
  ],
  ['an archive that is silent', loginWith({ archiveFault: 'no answer' }), 'fault the archive'],
  [
    'a table that is missing',
    { archive: { seen: { tables: TABLES.slice(1), clock: 0 } } },
    'fault sql_server',
  ],
  ['a clock that is off', { store: { seen: { tables: [], clock: -90 } } }, 'fault mysql of im-bridge.yml'],
  ['a directory that is down', { directory: { unseen: 'refused' } }, 'fault site of im-bridge.yml'],
  [
    'a query without an index',
    { directory: { seen: { faults: [], warnings: ['friends: no index'] } } },
    'advice site of im-bridge.yml',
  ],
];

describe('what was seen is judged as well', () => {
  test.each(SEEN.map(([what, facts, expected]) => ({ what, facts, expected })))(
    '$what: $expected',
    ({ facts, expected }) => {
      expect(wrong(judge(shipped(), facts))).toEqual([expected]);
    },
  );
});

test('settings for the domain alone win over those for all', () => {
  const both = changed({ auth_use_cache: true, host_config: { [DOMAIN]: { auth_use_cache: false } } });
  expect(wrong(judge(both))).toEqual([]);
});

test('fail2ban is well when it spares the bridge', () => {
  const spared = { 'modules.mod_fail2ban': { access: 'free' }, 'access_rules.free': { allow: 'loopback' } };
  expect(wrong(judge(changed(spared)))).toEqual([]);
});

describe('fail2ban judges the address that the bridge comes from', () => {
  const near = {
    'modules.mod_fail2ban': { access: 'free' },
    'acl.near': { ip: '172.16.0.0/12' },
    'access_rules.free': { allow: 'near' },
  };
  test.each([
    [{ seen: '172.18.0.6' }, []],
    [{ seen: '10.0.0.1' }, ['fault modules: mod_fail2ban: access']],
    [{ unseen: 'connect ECONNREFUSED' }, ['unseen modules: mod_fail2ban: access']],
  ])('%j: %j', (from, expected) => {
    expect(wrong(judge(changed(near), { from }))).toEqual(expected);
  });
});

test('a file without a single expected thing in it is judged too', () => {
  expect(
    judge({ hosts: [DOMAIN], listen: null, modules: 'none', acl: [], api_permissions: 7 }).length,
  ).toBeGreaterThan(10);
});
