/** The settings file of a private stack, with random secrets that stay the same from start to start. */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { checkConfig } from '../../bridge/config/load.ts';
import type { Config, SiteQueries, configSchema } from '../../bridge/config/schema.ts';
import type { SiteSettingsInput } from '../demo/site/settings.ts';
import type { StackPorts } from './stack-ports.ts';

/** The settings as a person writes them: what has a default may be left out. */
export type Settings = z.input<typeof configSchema>;
/** Sections that a test sets otherwise: whole values replace, sections are merged. */
export type SettingsChange = { readonly [Name in keyof Settings]?: Partial<Settings[Name]> };

const HEADER = '# Written at every start: a change here does not last.\n';

export const DATABASE = 'im';
export const SITE_DATABASE = 'site';

const SECRETS = ['token', 'ticket', 'component'] as const;
export type Secrets = Readonly<Record<(typeof SECRETS)[number], string>>;

export interface SettingsOptions {
  readonly domain: string;
  readonly ports: StackPorts;
  readonly mysql: { readonly socket: string; readonly user: string; readonly password: string };
  readonly queries: SiteQueries;
  readonly secrets: Secrets;
  readonly change?: SettingsChange;
}

/** Reads `DIR/secrets.json`, and makes it the first time. For its owner only. */
export function secretsOf(dir: string): Secrets {
  const path = join(dir, 'secrets.json');
  const known = readSecrets(path);
  const missing = SECRETS.filter((name) => known[name] === undefined);
  const made = Object.fromEntries(missing.map((name) => [name, randomBytes(32).toString('hex')]));
  const secrets = { ...known, ...made } as Secrets;
  if (missing.length > 0) writePrivate(path, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

function readSecrets(path: string): Partial<Secrets> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Partial<Secrets>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`${path} is damaged: remove it, and new secrets are made`, { cause: error });
  }
}

export function settingsFor({ domain, ports, mysql, queries, secrets, change }: SettingsOptions): Settings {
  const account = { ...mysql, port: ports.mysql };
  const origins = [`http://localhost:${ports.site}`, `http://127.0.0.1:${ports.site}`];
  const settings: Settings = {
    domain,
    // Everybody comes from this machine here: what is for one address has to do for all.
    limits: { pollsPerAddress: 12_000, connectionsPerAddress: 13_500, connectsPerAddress: 100_000 },
    http: { port: ports.bridge, origins },
    admin: { port: ports.admin },
    xmpp: { port: ports.xmpp },
    component: { port: ports.component, adminPort: ports.componentAdmin, secret: secrets.component },
    token: { secret: secrets.token },
    ticket: { secret: secrets.ticket },
    mysql: { ...account, database: DATABASE },
    site: { mysql: { ...account, database: SITE_DATABASE }, queries },
  };
  return merged(settings, change ?? {}) as Settings;
}

/**
 * Writes `DIR/im-bridge.yml`, which the bridge, the component and the external-auth script read.
 *
 * @throws ConfigError when the settings are not what the schema asks.
 */
export function writeSettings(dir: string, settings: Settings): { path: string; config: Config } {
  const path = join(dir, 'im-bridge.yml');
  const config = checkConfig(path, settings);
  writePrivate(path, `${HEADER}${stringify(settings)}`);
  return { path, config };
}

/** Writes `DIR/site.yml`, the demo site's own settings. */
export function writeSiteSettings(dir: string, settings: SiteSettingsInput): string {
  const path = join(dir, 'site.yml');
  writePrivate(path, `${HEADER}${stringify(settings)}`);
  return path;
}

type Tree = Readonly<Record<string, unknown>>;

function merged(base: Tree, change: Tree): Tree {
  const entries = Object.entries(change).map(([name, value]) => {
    const old = base[name];
    return [name, isTree(old) && isTree(value) ? merged(old, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(entries) };
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function writePrivate(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
