/** What stack.json says of a stack. */
import { NAMED, crowd } from '../demo/site/demo-people.ts';
import { DATABASE, SITE_DATABASE } from './settings.ts';
import type { Account, StackInfo } from './stack-file.ts';
import type { Part, PartName, Plan, Starters } from './stack-parts.ts';

const LOOPBACK = '127.0.0.1';

export function describeStack(
  { domain, ports, users }: Plan,
  { mariadb, ejabberd, settings, bridgePids }: Starters,
  parts: ReadonlyMap<PartName, Part>,
): StackInfo {
  const { secret = '', audience } = settings.config.token;
  const { socket, port, user, password } = mariadb;
  return {
    bridge: { url: `http://${LOOPBACK}:${ports.bridge}` },
    site: { url: `http://localhost:${ports.site}` },
    xmpp: { host: LOOPBACK, port: ports.xmpp, domain, starttlsPort: ports.native, ca: ejabberd.certificate },
    mysql: { socket, port, user, password, database: DATABASE, siteDatabase: SITE_DATABASE },
    ejabberdctl: ejabberd.ctlCommand,
    token: { secret, audience },
    metrics: { url: `http://${LOOPBACK}:${ports.admin}/metrics` },
    pids: { ...pidsOf(parts), ...bridgePids },
    users: accounts(users),
  };
}

/** `bridge` is told as supervisor and worker. */
function pidsOf(parts: ReadonlyMap<PartName, Part>): Record<string, number> {
  const running = [...parts].filter(([name]) => name !== 'bridge');
  return Object.fromEntries(running.map(([name, { pid }]) => [name, pid]));
}

function accounts(users: number): Account[] {
  return [...NAMED, ...crowd(users)].map(({ id, password }) => ({ id, password }));
}
