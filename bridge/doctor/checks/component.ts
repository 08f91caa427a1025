/** The listener of the site's component, and who is connected to it. */
import { isLoopback } from '../access.ts';
import { isOn, sizeOf, treeOf, type Listener } from '../ejabberd-settings.ts';
import type { Facts } from '../facts.ts';
import { advice, fault, ok, unseen, type Finding } from '../finding.ts';

/** Bytes of one friend in the answer with somebody's friends: id, name and groups. */
const FRIEND = 250;
/** More instances than this nobody has: a process that was forgotten is likelier. */
const MANY = 4;

export function component(facts: Facts): readonly Finding[] {
  const { bridge, ejabberd } = facts;
  const found = ejabberd.listening('ejabberd_service').find(({ port }) => port === bridge.component.port);
  if (found === undefined)
    return [
      fault(
        'listen: ejabberd_service',
        `no listener for components has component.port ${bridge.component.port}: nobody gets a roster, and no message passes`,
        'add the listener “the site’s component” of our ejabberd.yml',
      ),
    ];
  return [address(facts, found), host(facts, found), from(found), size(facts, found)];
}

const nameOf = ({ port }: Listener, option: string): string =>
  `listen: ejabberd_service on ${port}: ${option}`;

function address({ bridge }: Facts, listener: Listener): Finding {
  const setting = nameOf(listener, 'ip');
  if (isLoopback(listener.ip)) return ok(setting, 'this machine alone');
  const says = `it listens on ${listener.ip}, in the clear: whoever learns the secret decides who is whose friend`;
  return isLoopback(bridge.component.host)
    ? fault(setting, says, 'ip: 127.0.0.1')
    : advice(
        setting,
        says,
        'let a firewall pass the component’s machine alone, or run the component beside ejabberd',
      );
}

function host({ bridge, ejabberd }: Facts, listener: Listener): Finding {
  const setting = nameOf(listener, 'hosts');
  const domain = `site.${ejabberd.domain}`;
  const hosts = treeOf(listener.options['hosts']);
  if (hosts[domain] === undefined) {
    const global = listener.options['password'] !== undefined && Object.keys(hosts).length === 0;
    const says = global
      ? 'one password for any domain: who has it can take any'
      : `${domain} is not among its hosts: the component is refused`;
    return fault(setting, says, `hosts: {${domain}: {password: component.secret of im-bridge.yml}}`);
  }
  if (treeOf(hosts[domain])['password'] === bridge.component.secret)
    return ok(setting, `${domain}, with the secret that the component has`);
  return fault(
    setting,
    `the password of ${domain} is not component.secret of im-bridge.yml: the component is refused`,
    'put the same value in both',
  );
}

function from(listener: Listener): Finding {
  const setting = nameOf(listener, 'check_from');
  const { check_from = true } = listener.options;
  if (isOn(check_from)) return ok(setting, 'a component speaks for its own domain alone');
  return fault(
    setting,
    'a component may send in anybody’s name, past the filter',
    'check_from: true, or leave it out',
  );
}

function size({ bridge }: Facts, listener: Listener): Finding {
  const setting = nameOf(listener, 'max_stanza_size');
  const size = sizeOf(listener.options['max_stanza_size']) ?? Infinity;
  const least = bridge.limits.friends * FRIEND;
  if (size >= least) return ok(setting, 'above the longest list of friends');
  return fault(
    setting,
    `${size} bytes: the list of ${bridge.limits.friends} friends (limits.friends) takes about ${least}, and ends the component’s link`,
    'max_stanza_size: 10485760',
  );
}

/** ejabberd shares the questions out among all who hold the domain. */
export function holders({ running, ejabberd }: Facts): readonly Finding[] {
  const setting = `connections of site.${ejabberd.domain}`;
  if (running === undefined) return [];
  if ('unseen' in running.holders)
    return [unseen(setting, running.holders.unseen, 'look with: ejabberdctl dump_table FILE route')];
  const count = running.holders.seen;
  if (count === 0)
    return [
      fault(
        setting,
        'the component is not connected: nobody gets a roster, and no message passes',
        'start it: node dist/ejabberd-modules/component/main.js --config FILE',
      ),
    ];
  if (count === 1) return [ok(setting, 'one component is connected')];
  const says = `${count} are connected, and each gets its share of the questions: all must be ours, of one release, and alive`;
  return [
    count > MANY
      ? advice(setting, says, 'look for a component that was forgotten')
      : advice(setting, says, 'if you run so many instances on purpose, all is well; else end the others'),
  ];
}
