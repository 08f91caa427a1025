/** Which settings an operator's command is about: a file, or a stack of `npm start` by its folder. */
import { join } from 'node:path';
import { configPath } from './load.ts';

/** What the command line named. */
export interface NamedSettings {
  readonly config?: string | undefined;
  readonly dir?: string | undefined;
}

/** `--dir` and `--config` count before IM_CONFIG and IM_DIR. @throws ConfigError when nothing names them */
export function settingsPath({ config, dir }: NamedSettings, env: NodeJS.ProcessEnv = process.env): string {
  if (config !== undefined) return config;
  const folder = dir ?? (isSaid(env['IM_CONFIG']) ? undefined : env['IM_DIR']);
  return isSaid(folder) ? join(folder, 'im-bridge.yml') : configPath([], env);
}

function isSaid(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
