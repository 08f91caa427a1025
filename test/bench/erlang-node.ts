/** Calls functions of im_bench.erl within a running ejabberd, as a hidden node with its cookie. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NODE, ejabberdLibrary, environment, filesOf } from '../support/ejabberd-home.ts';
import type { EjabberdPorts } from '../support/ejabberd-config.ts';
import { ROOT } from '../support/root.ts';

const run = promisify(execFile);
/** Milliseconds for one call. */
const PATIENCE = 120_000;

export class ErlangNode {
  readonly #env: NodeJS.ProcessEnv;
  readonly #beam: string;

  /** `dir` is the folder of the stack. */
  constructor(dir: string, ports: EjabberdPorts) {
    const files = filesOf(join(dir, 'ejabberd'));
    this.#env = { ...process.env, ...environment(files, ports, ejabberdLibrary()) };
    this.#beam = join(compiled(join(dir, 'bench')), 'im_bench');
  }

  /** `args` are Erlang terms; the answer is a number, or lists of them. */
  async call(name: string, ...args: readonly string[]): Promise<unknown> {
    const node = `'${NODE}'`;
    const steps = [
      `rpc:call(${node}, code, is_loaded, [im_bench]) =:= false andalso rpc:call(${node}, code, load_abs, ["${this.#beam}"])`,
      `Answer = rpc:call(${node}, im_bench, ${name}, [${args.join(', ')}], ${PATIENCE})`,
      'io:format("~w", [Answer])',
      'halt()',
    ];
    const dist = ['-start_epmd', 'false', '-kernel', 'inet_dist_use_interface', '{127,0,0,1}'];
    const identity = ['-sname', `bench-${process.pid}@localhost`, '-hidden'];
    const { stdout } = await run('erl', ['-noinput', ...identity, ...dist, '-eval', `${steps.join(', ')}.`], {
      env: this.#env,
      timeout: PATIENCE,
    });
    try {
      return JSON.parse(stdout) as unknown;
    } catch (error) {
      throw new Error(`ejabberd answered ${name} with ${stdout.slice(0, 500)}`, { cause: error });
    }
  }
}

/** Against the headers that the build has found. */
function compiled(dir: string): string {
  mkdirSync(dir, { recursive: true });
  const source = join(ROOT, 'test/bench/im_bench.erl');
  execFileSync('erlc', ['-I', join(ROOT, 'dist/ejabberd-modules/deps'), '-o', dir, source], {
    stdio: 'inherit',
  });
  return dir;
}

/** A string as an Erlang binary. */
export function binary(text: string): string {
  if (!/^[\w.@-]*$/.test(text)) throw new Error(`not a plain name: ${text}`);
  return `<<"${text}">>`;
}
