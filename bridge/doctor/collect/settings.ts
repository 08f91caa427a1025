/** ejabberd's settings: those that the node runs with, or a file of them. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { CannotLook } from '../cannot-look.ts';
import { EjabberdSettings, type Tree } from '../ejabberd-settings.ts';
import type { Ejabberdctl } from './ejabberdctl.ts';

/** Macros and included files are resolved in it. @throws CannotLook */
export async function runningSettings(ctl: Ejabberdctl, domain: string): Promise<EjabberdSettings> {
  return parsed(await ctl.file('dump_config'), 'what ejabberdctl dump_config wrote', domain);
}

/** @throws CannotLook */
export function settingsFile(path: string, domain: string): EjabberdSettings {
  return parsed(readText(path), path, domain);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new CannotLook(code === 'ENOENT' ? `there is no file ${path}` : `${path} can’t be read (${code})`);
  }
}

function parsed(text: string, path: string, domain: string): EjabberdSettings {
  // YAML 1.1 as ejabberd's own parser has it; a text that has its marks without quotes is common in its files.
  const document = parseDocument(text, { uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) throw new CannotLook(`${path} is not YAML: ${error.message.split('\n')[0] ?? ''}`);
  const tree: unknown = document.toJS();
  if (typeof tree !== 'object' || tree === null || !('hosts' in tree))
    throw new CannotLook(`${path} is no ejabberd.yml: it names no hosts`);
  if ('include_config_file' in tree)
    throw new CannotLook(
      `${path} includes other files: give what “ejabberdctl dump_config FILE” writes instead`,
    );
  return new EjabberdSettings(withoutMacros(tree), domain);
}

/** `define_macro` names values; each place that has the name alone stands for the value. */
function withoutMacros(tree: Tree): Tree {
  const macros = (tree['define_macro'] ?? {}) as Tree;
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string') return macros[value] ?? value;
    if (Array.isArray(value)) return value.map(replaced);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaced(inner)]));
  };
  return replaced(tree) as Tree;
}
