/** A settings file -> one frozen Config, or every fault in it in one list. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseDocument, type ScalarTag } from 'yaml';
import { faultOf } from './fault.ts';
import { configSchema, type Config } from './schema.ts';

/** What is wrong with a settings file: a person's mistake, so it is shown without a stack. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(path: string, faults: readonly string[]) {
    super(`${path} can't be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** `!env NAME` and `!file PATH` keep secrets out of the settings file. */
function secretTags(env: NodeJS.ProcessEnv, fault: (text: string) => void): ScalarTag[] {
  const fromEnv = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '')
      fault(`the environment has no ${name}, which !env ${name} asks for`);
    return value ?? '';
  };
  const fromFile = (path: string): string => {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch (error) {
      fault(`!file ${path} can't be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
      return '';
    }
  };
  return [
    { tag: '!env', resolve: fromEnv },
    { tag: '!file', resolve: fromFile },
  ];
}

/**
 * Reads and checks a settings file.
 *
 * @throws ConfigError with every fault: the setting's name and what it should be.
 */
export function loadConfig(path: string, env: NodeJS.ProcessEnv = process.env): Config {
  const faults: string[] = [];
  const text = readText(path);
  const document = parseDocument(text, { customTags: secretTags(env, (fault) => faults.push(fault)) });
  // An unknown tag is a warning alone: of `!Env NAME`, the name itself would become the secret.
  const notes = [...document.errors, ...document.warnings];
  faults.unshift(...notes.map((note) => note.message.split('\n')[0] ?? 'is not YAML'));
  if (faults.length > 0) throw new ConfigError(path, faults);
  return checkConfig(path, document.toJS());
}

/** Checks settings that are already in memory. */
export function checkConfig(path: string, settings: unknown): Config {
  const result = configSchema.safeParse(settings ?? {});
  if (!result.success) throw new ConfigError(path, result.error.issues.map(faultOf));
  return deepFreeze(result.data);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new ConfigError(path, [
      code === 'ENOENT' ? 'there is no such file' : `can't be read (${code ?? 'error'})`,
    ]);
  }
}

function deepFreeze<T extends object>(value: T): T {
  for (const child of Object.values(value)) {
    if (typeof child === 'object' && child !== null) deepFreeze(child as object);
  }
  return Object.freeze(value);
}

/** The settings file of a command line: `--config FILE`, or `IM_CONFIG`. */
export function configPath(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string' } }, strict: false });
  const path = typeof values.config === 'string' ? values.config : env['IM_CONFIG'];
  if (path === undefined || path === '') {
    throw new ConfigError('the settings', ['name the settings file with --config FILE or in IM_CONFIG']);
  }
  return path;
}
