/** Who may come, and who is thrown out: other servers, banned addresses, and commands over HTTP. */
import { ANYWHERE, admits, isClosed } from '../access.ts';
import { listOf, treeOf, words, type EjabberdSettings } from '../ejabberd-settings.ts';
import type { Facts } from '../facts.ts';
import { advice, fault, ok, orOk, unseen, type Finding } from '../finding.ts';

/** Commands that show something and change nothing. */
const HARMLESS = new Set([
  'status',
  'stats',
  'stats_host',
  'connected_users',
  'connected_users_number',
  'user_resources',
  'num_resources',
  'im_friends',
  'im_are_friends',
  'im_refresh',
  'im_filter_counters',
  'im_code',
]);

export function servers({ ejabberd }: Facts): readonly Finding[] {
  if (isClosed(ejabberd, ejabberd.get('s2s_access') ?? 'all'))
    return [ok('s2s_access', 'no other server may connect')];
  return [
    fault(
      's2s_access',
      'other servers may connect: their users are nobody’s friends, and each unknown domain in an address is looked up in the DNS',
      's2s_access: none',
    ),
  ];
}

export function fail2ban({ from, ejabberd }: Facts): readonly Finding[] {
  const options = ejabberd.modules.get('mod_fail2ban');
  if (options === undefined) return [ok('modules: mod_fail2ban', 'not loaded')];
  const setting = 'modules: mod_fail2ban: access';
  if ('unseen' in from) {
    const says = `ejabberd can’t be reached (${from.unseen}): from which address is not known`;
    return [unseen(setting, says, 'see to it that the rule allows the bridge’s address')];
  }
  if (admits(ejabberd, options['access'] ?? 'none', from.seen))
    return [ok(setting, `the bridge’s address is exempt, when it is ${from.seen}`)];
  return [
    fault(
      setting,
      'all members of the bridge share its address: when one of them is refused 20 times, nobody can log in any more',
      'acl: {bridge: {ip: ADDRESS OF THE BRIDGE}}, access_rules: {not_banned: {allow: bridge}}, mod_fail2ban: {access: not_banned}',
    ),
  ];
}

export function permissions({ ejabberd }: Facts): readonly Finding[] {
  const findings = Object.entries(treeOf(ejabberd.get('api_permissions'))).flatMap(([name, value]) =>
    permission(ejabberd, name, treeOf(value)),
  );
  return orOk(findings, 'api_permissions', 'nothing can be changed over HTTP without a password');
}

function permission(
  ejabberd: EjabberdSettings,
  name: string,
  { from, who, what }: ReturnType<typeof treeOf>,
): Finding[] {
  const overHttp = from === undefined || words(from).includes('mod_http_api');
  const changing = words(what).filter((command) => !command.startsWith('!') && !HARMLESS.has(command));
  if (!overHttp || changing.length === 0) return [];
  const setting = `api_permissions: ${name}`;
  const mend = 'over HTTP, permit the commands of our ejabberd.yml alone';
  const some = changing.slice(0, 3).join(', ');
  if (letsIn(ejabberd, who, ANYWHERE))
    return [fault(setting, `anybody who reaches the HTTP port may call ${some}, without a password`, mend)];
  if (letsIn(ejabberd, who, '127.0.0.1'))
    return [
      advice(setting, `any program on this machine may call ${some} over HTTP, without a password`, mend),
    ];
  return [];
}

/** `who` has alternatives; without it, nobody. */
function letsIn(ejabberd: EjabberdSettings, who: unknown, address: string): boolean {
  return listOf(who).some((one) => admits(ejabberd, [{ allow: one }], address));
}
