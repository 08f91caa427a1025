/** Modules that must be there, and how they must be set. */
import { isClosed } from '../access.ts';
import { isOn, secondsOf, type Tree } from '../ejabberd-settings.ts';
import type { Facts } from '../facts.ts';
import { advice, fault, ok, orOk, type Finding } from '../finding.ts';

export function required(facts: Facts): readonly Finding[] {
  return [...filter(facts), ...roster(facts), ...archive(facts), ...streams(facts), ...useful(facts)];
}

/** Without it nothing else of it is looked at. */
function when(
  facts: Facts,
  name: string,
  lost: string,
  look: (options: Tree) => readonly Finding[],
): readonly Finding[] {
  const options = facts.ejabberd.modules.get(name);
  if (options !== undefined) return look(options);
  return [fault(`modules: ${name}`, `it is missing: ${lost}`, `add ${name} as in our ejabberd.yml`)];
}

function filter(facts: Facts): readonly Finding[] {
  const own = `site.${facts.ejabberd.domain}`;
  return [
    ...when(facts, 'mod_filter_site', 'anybody can write to anybody', ({ component = own }) => [
      component === own
        ? ok('modules: mod_filter_site', 'friends only')
        : fault(
            'modules: mod_filter_site: component',
            `it asks ${String(component)}, and the component is ${own}`,
            `component: ${own}`,
          ),
    ]),
    ...when(
      facts,
      'mod_archive_site',
      'senders are not told the id of what they sent, so each send fails',
      () => [ok('modules: mod_archive_site', 'senders are told their archive id')],
    ),
    ...when(facts, 'mod_invisible_site', 'who wants to be invisible can’t be', () => [
      ok('modules: mod_invisible_site', 'who is invisible is seen by nobody'),
    ]),
  ];
}

function roster(facts: Facts): readonly Finding[] {
  return when(facts, 'mod_roster', 'nobody has friends', (options) => {
    const findings: Finding[] = [];
    const bad = (option: string, says: string, mend: string): unknown =>
      findings.push(fault(`modules: mod_roster: ${option}`, says, mend));
    if (options['db_type'] !== 'site')
      bad(
        'db_type',
        'rosters are ejabberd’s own and not the site’s: members could befriend anybody',
        'db_type: site',
      );
    if (isOn(options['store_current_id'] ?? false))
      bad(
        'store_current_id',
        'the version of a roster would be stored, and the site’s changes would not change it',
        'store_current_id: false',
      );
    return orOk(findings, 'modules: mod_roster', 'the site’s friendships');
  });
}

function archive(facts: Facts): readonly Finding[] {
  return when(facts, 'mod_mam', 'there is no history, and nothing to catch up from', (options) => {
    const findings: Finding[] = [];
    const look = (good: boolean, make: typeof fault, option: string, says: string, mend: string): unknown =>
      good || findings.push(make(`modules: mod_mam: ${option}`, says, mend));
    const store = options['db_type'] ?? facts.ejabberd.get('default_db') ?? 'mnesia';
    look(
      options['default'] === 'always',
      fault,
      'default',
      'messages are not archived unless a client asks: the bridge can’t send',
      'default: always',
    );
    look(
      isClosed(facts.ejabberd, options['access_preferences'] ?? 'all'),
      fault,
      'access_preferences',
      'a member can turn the archive off: what they are sent is refused then',
      'access_preferences: none',
    );
    look(
      isOn(options['assume_mam_usage'] ?? false),
      advice,
      'assume_mam_usage',
      'a message for a client that went away is bounced although it is in the archive',
      'assume_mam_usage: true',
    );
    look(
      store === 'sql',
      fault,
      'db_type',
      `the archive is not in MySQL: it takes a hundredth of the messages that MySQL takes, and ends at two gigabytes`,
      'default_db: sql, with the sql_ settings of our ejabberd.yml',
    );
    look(
      !isOn(options['request_activates_archiving'] ?? false),
      fault,
      'request_activates_archiving',
      'nothing is archived before a client has asked for history',
      'leave it out',
    );
    return orOk(findings, 'modules: mod_mam', 'everything is archived, for everybody');
  });
}

function streams(facts: Facts): readonly Finding[] {
  const wanted = facts.bridge.xmpp.resumeTimeout;
  return when(
    facts,
    'mod_stream_mgmt',
    'a session that is cut is lost, and the bridge refuses to work without it',
    (options) => {
      const findings: Finding[] = [];
      const timeout = secondsOf(options['resume_timeout']) ?? 300;
      const most = secondsOf(options['max_resume_timeout']) ?? timeout;
      const setting = 'modules: mod_stream_mgmt: ';
      if (Math.min(most, timeout === 0 ? 0 : most) < wanted)
        findings.push(
          fault(
            `${setting}max_resume_timeout`,
            `a cut session is kept ${most} s, and the bridge counts on ${wanted} (xmpp.resumeTimeout): friends see everybody leave at a restart of the bridge`,
            `resume_timeout: ${wanted}, max_resume_timeout: ${wanted}, or a smaller xmpp.resumeTimeout`,
          ),
        );
      if (timeout > 2 * Math.max(wanted, 60))
        findings.push(
          advice(
            `${setting}resume_timeout`,
            `a native client that vanished is shown online for ${timeout} s`,
            'resume_timeout: 60',
          ),
        );
      if (options['resend_on_timeout'] !== 'if_offline')
        findings.push(
          advice(
            `${setting}resend_on_timeout`,
            'what a client that vanished had not taken is not kept for its next login',
            'resend_on_timeout: if_offline',
          ),
        );
      return orOk(
        findings,
        'modules: mod_stream_mgmt',
        'a cut session waits as long as the bridge counts on',
      );
    },
  );
}

/** Each with what is missed without it. */
const USEFUL: Readonly<Record<string, string>> = {
  mod_offline: 'native clients don’t get what came while they were away',
  mod_client_state: 'phones are woken for each presence',
  mod_ping: 'clients that are gone without a word are found late',
  mod_last: 'nobody sees when a friend was last here',
  mod_blocking: 'native clients can’t block a friend',
  mod_disco: 'clients can’t see what this server can do',
  mod_admin_extra: 'ejabberdctl has no kick_user, check_password or restart_module',
};

function useful(facts: Facts): readonly Finding[] {
  const loaded = facts.ejabberd.modules;
  return [
    ...when(
      facts,
      'mod_carboncopy',
      'what a member says in a native client is not seen in the page',
      () => [],
    ),
    ...Object.entries(USEFUL)
      .filter(([name]) => !loaded.has(name))
      .map(([name, lost]) =>
        advice(`modules: ${name}`, `it is missing: ${lost}`, `add ${name} as in our ejabberd.yml`),
      ),
  ];
}
