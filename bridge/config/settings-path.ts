/** Which settings an operator's command is about: a file, or a stack of `npm start` by its folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { configPath } from './load.ts';

/** What the command line named. */
export interface NamedSettings {
  readonly config?: string | undefined;
  readonly dir?: string | undefined;
}

const FILE = 'im-bridge.yml';
/** Below the current folder: where the settings are when nobody says, the second by `npm start`. */
const USUAL = [FILE, join('.run', FILE)];

/** `--config` and `--dir` count before IM_CONFIG and IM_DIR. @throws ConfigError when nothing names them */
export function settingsPath({ config, dir }: NamedSettings, env: NodeJS.ProcessEnv = process.env): string {
  if (config !== undefined) return config;
  if (isSaid(dir)) return join(dir, FILE);
  if (isSaid(env['IM_CONFIG'])) return env['IM_CONFIG'];
  if (isSaid(env['IM_DIR'])) return join(env['IM_DIR'], FILE);
  return USUAL.find((path) => existsSync(path)) ?? configPath([], env);
}

function isSaid(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
