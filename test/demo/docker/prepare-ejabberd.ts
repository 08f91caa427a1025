/** Before ejabberd starts in its container: its tables, certificate and configuration, from the settings of the bridge. */
import { join } from 'node:path';
import { configPath, loadConfig } from '../../../bridge/config/load.ts';
import { startFault } from '../../../bridge/start-fault.ts';
import { prepare } from '../../support/ejabberd-home.ts';
import { loadSchema } from '../../support/ejabberd-schema.ts';
import { built } from '../../support/root.ts';

/** The volume: cookie, certificate, and Erlang's own database. */
const HOME = '/var/lib/ejabberd';
/** As ejabberdctl.cfg has it. */
const CONFIG = '/tmp/ejabberd.yml';

async function main(): Promise<void> {
  const settings = configPath(process.argv.slice(2));
  const { domain, xmpp, component, mysql } = loadConfig(settings);
  const { host, port, user, password, database } = mysql;
  const account = { host, port, user, password, database };
  await loadSchema(account);
  prepare(
    { config: CONFIG, home: HOME, certificate: join(HOME, 'certificate.pem') },
    {
      domain,
      address: '0.0.0.0', // the container's: which ports are published is up to docker-compose.yml
      ports: { c2s: xmpp.port, native: 5222, component: component.port, api: 5280 },
      mysql: account,
      extauth: `${process.execPath} ${built('ejabberd-modules/auth/extauth.js')} --config ${settings}`,
      componentSecret: component.secret,
      // Docker's own networks: the bridge has an address there that nobody knows before, and native clients come
      // through the gateway, as one.
      bridges: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
    },
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${startFault(error)}\n`);
  process.exit(1);
});
