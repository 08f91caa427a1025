/** The site's XMPP component, `site.DOMAIN`: `node main.js --config FILE`. SIGTERM ends it. */
import { configPath, loadConfig } from '../../bridge/config/load.ts';
import { createLog } from '../../bridge/log.ts';
import { collectOnScrape, collectProcessMetrics, metrics } from '../../bridge/metrics.ts';
import { openDirectory } from '../../bridge/site/open.ts';
import { checkSiteAtStart } from '../../bridge/site/start-check.ts';
import { startFault } from '../../bridge/start-fault.ts';
import { traceFolder } from '../../bridge/trace/orders.ts';
import { createAdminServer } from '../../bridge/web/admin.ts';
import { following } from './following.ts';
import { Link } from './link.ts';
import { Serving } from './serving.ts';
import { Tracing } from './tracing.ts';

async function main(): Promise<void> {
  const path = configPath(process.argv.slice(2));
  const config = loadConfig(path);
  const { domain, component } = config;
  const traces = traceFolder(path, config);
  const log = createLog('component', config.log, 1, traces);
  process.on('uncaughtException', (error) => {
    log.event('fault-uncaught', { err: error });
    process.exit(1);
  });
  await checkSiteAtStart(config, log);
  const directory = openDirectory(config, log);
  await directory.checkAtStart();
  const serving = new Serving({
    domain,
    directory,
    config: component,
    log,
    send: (stanza) => link.send(stanza),
  });
  const link = new Link({
    host: component.host,
    port: component.port,
    domain: `site.${domain}`,
    secret: component.secret,
    log,
    onStanza: (stanza) => {
      if (!tracing.take(stanza) && !changes.take(stanza)) serving.take(stanza);
    },
    onDown: () => {
      tracing.down();
      changes.down();
    },
  });
  const tracing = new Tracing({ domain, folder: traces, link, log });
  const changes = following({ config, directory, link, log });
  if (component.adminPort !== undefined) {
    collectProcessMetrics();
    collectOnScrape(() => metrics.componentLink.set(link.up ? 1 : 0));
    const readiness = (): { ready: boolean; reasons: string[] } => ({
      ready: link.up,
      reasons: link.up ? [] : ['no link to ejabberd'],
    });
    createAdminServer(readiness).on('error', fail).listen(component.adminPort, component.adminHost);
  }
  const end = async (): Promise<void> => {
    await changes.close();
    await link.close();
    await directory.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void end());
  process.once('SIGINT', () => void end());
  void link.run();
  tracing.start();
}

function fail(error: unknown): never {
  process.stderr.write(`${startFault(error)}\n`);
  process.exit(1);
}

try {
  await main();
} catch (error) {
  fail(error);
}
