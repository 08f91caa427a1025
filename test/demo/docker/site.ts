/** The demo site in its container: its people, its settings at `--config FILE`, and then the site itself. */
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { configPath } from '../../../bridge/config/load.ts';
import { startFault } from '../../../bridge/start-fault.ts';
import { OPERATOR } from '../site/demo-people.ts';
import { seed, type SeedConnection } from '../site/seed.ts';
import type { SiteSettingsInput } from '../site/settings.ts';

/** The bridge's metrics stay within its container: no browser reaches them. */
const COMMANDS = [
  { name: 'Is everything well?', command: 'docker compose ps' },
  { name: 'Who is connected?', command: 'docker compose exec ejabberd ejabberdctl connected_users' },
  {
    name: 'Is the bridge ready?',
    command:
      'docker compose exec bridge node dist/test/demo/docker/health.js http://127.0.0.1:7402/ready && echo ready',
  },
  { name: 'What each part writes', command: 'docker compose logs --follow' },
];

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
    operator: { user: OPERATOR, commands: COMMANDS },
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
