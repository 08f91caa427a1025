/**
 * A private ejabberd: the shipped ejabberd.yml on own ports, with own data, cookie and epmd, run by whoever
 * starts it, through `erl` itself: Debian's ejabberdctl runs as root or as `ejabberd` only.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ConfigOptions, EjabberdPorts } from './ejabberd-config.ts';
import * as home from './ejabberd-home.ts';
import type { Environment, Files } from './ejabberd-home.ts';
import { loadSchema } from './ejabberd-schema.ts';
import { isListening } from './ports.ts';
import { Process } from './process.ts';
import { waitUntil } from './wait-until.ts';

/** Milliseconds. Two seconds on an idle machine; Mnesia writes its tables the first time. */
const START = 60_000;

export interface EjabberdOptions extends ConfigOptions {
  /** Configuration, data, logs and certificate go there; kept from one start to the next. */
  readonly dir: string;
  readonly ports: EjabberdPorts;
  /** Our compiled modules. */
  readonly ebin: string;
  /** The folder of the running node whose cluster this one is to join: the same epmd and cookie, other ports. */
  readonly joins?: string;
}

export interface Ejabberd {
  readonly domain: string;
  readonly ports: EjabberdPorts;
  readonly pid: number;
  readonly running: boolean;
  readonly exited: Process['exited'];
  readonly logFile: string;
  /** PEM that a native client has to trust. */
  readonly certificate: string;
  /** To which ejabberdctl's arguments are added. Works in any folder, and has ejabberdctl's exit codes. */
  readonly ctlCommand: readonly string[];
  ctl(...args: string[]): Promise<{ code: number; stdout: string }>;
  /** A command over HTTP, which is a hundred times as quick as ejabberdctl. @throws Error unless it is answered 200. */
  api(command: string, params?: Readonly<Record<string, unknown>>): Promise<unknown>;
  stop(): Promise<void>;
  /** As a crash. */
  kill(): Promise<void>;
}

/**
 * Starts ejabberd; what it wrote in an earlier run is there again.
 *
 * @throws Error with a sentence that says what to install or which port is in use, or with the errors of the log.
 */
export async function startEjabberd(options: EjabberdOptions): Promise<Ejabberd> {
  const dir = resolve(options.dir);
  const library = home.ejabberdLibrary();
  await checkPorts(options);
  const files = home.filesOf(dir);
  if (options.joins !== undefined) home.shareCookie(options.joins, files);
  home.prepare(files, options);
  const env = home.environment(files, options.ports, library);
  home.writeCtl(files, env, nodeOf(options));
  if (options.mysql !== undefined) await loadSchema(options.mysql);
  const from = sizeOf(files.log);
  const epmd = await epmdFor(options, join(dir, 'logs/epmd.log'), env);
  const server = startNode(files, options, env);
  void server.exited.then(() => epmd?.kill());
  try {
    await ready(server, options.ports, () => faultsIn(files.log, from));
  } catch (error) {
    await server.kill();
    throw error;
  }
  return handle(server, epmd, files, options);
}

function handle(
  server: Process,
  epmd: Process | undefined,
  files: Files,
  { domain, ports }: EjabberdOptions,
): Ejabberd {
  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    await server[how]();
    await epmd?.kill();
  };
  return {
    domain,
    ports,
    exited: server.exited,
    logFile: files.log,
    certificate: files.certificate,
    ctlCommand: [files.ctl],
    get pid() {
      return server.pid;
    },
    get running() {
      return server.running;
    },
    ctl: (...args) => run(files.ctl, args),
    api: (command, params = {}) => callApi(ports.api, command, params),
    stop: () => end('stop'),
    kill: () => end('kill'),
  };
}

/** Before the start: ejabberd itself logs a port in use, and goes on without it. */
async function checkPorts({ ports, joins }: EjabberdOptions): Promise<void> {
  for (const [name, port] of Object.entries(ports) as [string, number][]) {
    if (name === 'epmd' && joins !== undefined) continue; // the other node's
    if (await isListening(port)) throw new Error(`ejabberd can't start: port ${port} (${name}) is in use`);
  }
}

function nodeOf({ joins }: EjabberdOptions): string {
  return joins === undefined ? home.NODE : home.SECOND_NODE;
}

/** None for a node that joins another: that one's is used, and ends with it. */
async function epmdFor(
  { joins, ports }: EjabberdOptions,
  logFile: string,
  env: Environment,
): Promise<Process | undefined> {
  return joins === undefined ? startEpmd(logFile, ports.epmd, env) : undefined;
}

/** Ours, in the foreground, so that it ends with its ejabberd. `erl` would leave one behind. */
async function startEpmd(logFile: string, port: number, env: Environment): Promise<Process> {
  const args = ['-port', String(port), '-address', '127.0.0.1'];
  const epmd = new Process({ name: 'epmd', command: 'epmd', args, logFile, env });
  await waitUntil('epmd to listen', async () => !epmd.running || (await isListening(port)));
  if (!epmd.running) throw new Error(`epmd ended as it started:\n${epmd.logTail()}`);
  return epmd;
}

function startNode(files: Files, options: EjabberdOptions, env: Environment): Process {
  const { ports, ebin } = options;
  const kernel = ['inet_dist_listen_min', 'inet_dist_listen_max'].flatMap((name) => [
    name,
    String(ports.dist),
  ]);
  const args = [
    // Not -pa: Erlang would take a folder named ejabberd-modules for another version of ejabberd.
    ...['-noinput', '-sname', nodeOf(options), '-start_epmd', 'false', '-pz', resolve(ebin)],
    ...['-kernel', 'inet_dist_use_interface', '{127,0,0,1}', ...kernel],
    // An idle scheduler must not burn the processor of a shared machine.
    ...['+K', 'true', '+P', '250000', '+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none'],
    ...['-mnesia', 'dir', JSON.stringify(files.spool), '-s', 'ejabberd'],
  ];
  return new Process({
    name: 'ejabberd',
    command: 'erl',
    args,
    cwd: files.spool,
    env,
    logFile: files.console,
  });
}

async function ready(server: Process, ports: EjabberdPorts, faults: () => string): Promise<void> {
  const wanted = [ports.c2s, ports.native, ports.component, ports.api];
  const allListen = async (): Promise<boolean> => {
    for (const port of wanted) if (!(await isListening(port))) return false;
    return true;
  };
  await waitUntil('ejabberd to listen', async () => !server.running || (await allListen()), {
    timeout: START,
  }).catch((error: unknown) => {
    throw new Error(`${(error as Error).message}\n${faults()}`, { cause: error });
  });
  if (server.running) return;
  if ((await server.exited).code === 127) throw new Error(home.INSTALL);
  throw new Error(`ejabberd ended as it started:\n${faults() || server.logTail()}`);
}

/** The errors that the log has had since it was `from` bytes long. */
function faultsIn(log: string, from: number): string {
  const lines = readFrom(log, from).split('\n');
  const faults = lines.filter((line) => /\[(critical|error)\]/.test(line));
  return faults.slice(0, 20).join('\n');
}

function readFrom(file: string, from: number): string {
  if (!existsSync(file)) return '';
  const descriptor = openSync(file, 'r');
  const buffer = Buffer.alloc(Math.max(fstatSync(descriptor).size - from, 0));
  readSync(descriptor, buffer, 0, buffer.length, from);
  closeSync(descriptor);
  return buffer.toString('utf8');
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function run(command: string, args: readonly string[]): Promise<{ code: number; stdout: string }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: 60_000 });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((settle, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      settle({ code: code ?? 1, stdout: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

/** COMPAT: from 24.02 on the newest form is answered, a single value bare, unless the path names the old one. */
const API_FORM_IN_PATH = 24.02;

async function callApi(port: number, command: string, params: object): Promise<unknown> {
  const form = home.ejabberdRelease() >= API_FORM_IN_PATH ? '/v0' : '';
  const response = await fetch(`http://127.0.0.1:${port}/api/${command}${form}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(params),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`ejabberd answered ${command} with ${response.status}: ${text}`);
  return JSON.parse(text) as unknown;
}
