/** Who may log in: the site alone decides, each time. */
import { isOn, sizeOf, words } from '../ejabberd-settings.ts';
import type { Facts } from '../facts.ts';
import { advice, fault, ok, orOk, type Finding } from '../finding.ts';

const CACHE_MEND = 'auth_use_cache: false';
/** Each worker of the script answers one question at a time. */
const WORKERS = 2;

export function authentication(facts: Facts): readonly Finding[] {
  return [method(facts), program(facts), cache(facts), ...workers(facts), mechanisms(facts)];
}

function method({ ejabberd }: Facts): Finding {
  const methods = words(ejabberd.get('auth_method') ?? 'mnesia');
  const others = methods.filter((name) => name !== 'external');
  if (methods.length === 1 && others.length === 0) return ok('auth_method', 'the site decides who logs in');
  const says = methods.includes('external')
    ? `besides the site, ${others.join(', ')} lets people in: an account there is one that the site does not know`
    : `${methods.join(', ')}: the bridge’s tickets are not accepted, and nobody can log in through it`;
  return fault('auth_method', says, 'auth_method: [external]');
}

function program({ ejabberd }: Facts): Finding {
  const line = ejabberd.get('extauth_program');
  if (typeof line === 'string' && /\bextauth\.js\b/.test(line))
    return ok('extauth_program', 'it is the script of im-bridge');
  return fault(
    'extauth_program',
    'it is not the script of im-bridge, which alone knows the bridge’s tickets',
    "extauth_program: '/usr/bin/node …/dist/ejabberd-modules/auth/extauth.js --config /etc/im-bridge.yml'",
  );
}

/** On 23.01, a warm cache compares the password before it looks at who is asked for: anybody could be anybody. */
function cache({ ejabberd }: Facts): Finding {
  const set = ejabberd.get('auth_use_cache') ?? ejabberd.get('use_cache') ?? true;
  if (!isOn(set)) return ok('auth_use_cache', 'each login is decided by the site');
  return fault(
    'auth_use_cache',
    'with a cache before external auth, anybody who has an account can sign in as anybody else (releases before 26.07), fresh tickets are refused, and who was banned stays in for an hour',
    CACHE_MEND,
  );
}

function workers({ ejabberd }: Facts): Finding[] {
  const size = sizeOf(ejabberd.get('extauth_pool_size'));
  if (size === undefined || size >= WORKERS) return [];
  return [
    advice(
      'extauth_pool_size',
      'one process answers one login at a time: a slow one holds up all others',
      'extauth_pool_size: 4',
    ),
  ];
}

function mechanisms({ ejabberd }: Facts): Finding {
  const disabled = words(ejabberd.get('disable_sasl_mechanisms')).map((name) => name.toUpperCase());
  if (disabled.includes('X-OAUTH2')) return ok('disable_sasl_mechanisms', 'X-OAUTH2 is off');
  return advice(
    'disable_sasl_mechanisms',
    'X-OAUTH2 is offered beside PLAIN: a way in that does not ask the site',
    'disable_sasl_mechanisms: [X-OAUTH2], and the others as in our ejabberd.yml',
  );
}

/** What the ports offer, whatever the settings say. */
export function offered({ doors }: Facts): readonly Finding[] {
  return orOk(
    doors.flatMap(({ port, features }) => {
      if ('unseen' in features) return [];
      const { inClear, secure } = features.seen;
      return wrongAt(port, new Set([...inClear, ...(secure?.mechanisms ?? [])]));
    }),
    'SASL mechanisms',
    'PLAIN alone is offered: the site sees each password and each ticket',
  );
}

function wrongAt(port: number, found: ReadonlySet<string>): Finding[] {
  const others = [...found].filter((name) => name !== 'PLAIN' && name !== 'EXTERNAL');
  const setting = `SASL mechanisms on port ${port}`;
  const mend = 'name them under disable_sasl_mechanisms';
  const findings = others.map((name) =>
    name === 'X-OAUTH2'
      ? advice(setting, 'X-OAUTH2 is offered: it does not ask the site', mend)
      : fault(setting, `${name} is offered: it can’t ask the site, and clients prefer it to PLAIN`, mend),
  );
  if (!found.has('PLAIN') && found.size > 0)
    findings.push(
      fault(
        setting,
        'PLAIN is not offered: the bridge can’t show its tickets',
        'take PLAIN out of disable_sasl_mechanisms',
      ),
    );
  return findings;
}
