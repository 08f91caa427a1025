/** The demo site's process: `node dist/test/demo/site/server.js --config FILE`. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ConfigError, configPath } from '../../../bridge/config/load.ts';
import { pino } from 'pino';
import { createSite } from './app.tsx';
import { Database } from './database.ts';
import { loadSiteSettings, type SiteSettings } from './settings.ts';

/** Milliseconds for requests under way to end. */
const GRACE = 5000;

async function main(): Promise<void> {
  const settings = loadSiteSettings(configPath(process.argv.slice(2)));
  const log = pino({ base: { part: 'site', pid: process.pid } });
  const database = new Database(settings.mysql);
  const server = createServer(createSite({ settings, database, log }));
  await listen(server, settings);
  log.info({ host: settings.host, port: settings.port }, 'the demo site is ready');
  const stop = (): void => {
    setTimeout(() => process.exit(0), GRACE).unref();
    server.close(() => void database.close().finally(() => process.exit(0)));
    server.closeIdleConnections();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** @throws ConfigError when the port is in use. */
async function listen(server: ReturnType<typeof createServer>, { host, port }: SiteSettings): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    const reason = code === 'EADDRINUSE' ? 'is in use: choose another port, or stop what runs there' : code;
    throw new ConfigError('the settings', [`port: ${host}:${port} ${reason}`]);
  }
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else
    process.stderr.write(
      `the demo site ended: ${error instanceof Error ? (error.stack ?? '') : 'unknown'}\n`,
    );
  process.exit(1);
});
