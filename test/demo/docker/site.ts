/** The demo site in its container: its people, its settings at `--config FILE`, and then the site itself. */
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { configPath } from '../../../bridge/config/load.ts';
import { startFault } from '../../../bridge/start-fault.ts';
import { seed, type SeedConnection } from '../site/seed.ts';
import type { SiteSettingsInput } from '../site/settings.ts';

function databaseFrom(env: NodeJS.ProcessEnv): SeedConnection {
  return { host: 'mariadb', user: 'im', password: env['IM_MYSQL_PASSWORD'] ?? '', database: 'site' };
}

function settingsFrom(env: NodeJS.ProcessEnv): SiteSettingsInput {
  return {
    host: '0.0.0.0', // of the container: published on this machine's loopback alone
    port: 7400,
    bridgeUrl: 'http://127.0.0.1:7401', // as browsers reach it
    mysql: databaseFrom(env),
    token: { secret: env['IM_TOKEN_SECRET'] ?? '' },
  };
}

try {
  await seed(databaseFrom(process.env));
  const settings = stringify(settingsFrom(process.env));
  writeFileSync(configPath(process.argv.slice(2)), settings, { mode: 0o600 });
  await import('../site/server.ts');
} catch (error) {
  process.stderr.write(`${startFault(error)}\n`);
  process.exit(1);
}
