/** Facts of the running node that its settings don't tell. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { CannotLook, reasonOf } from '../cannot-look.ts';
import type { EjabberdSettings } from '../ejabberd-settings.ts';
import type { LoadedModule, Running, Seen } from '../facts.ts';
import type { Ejabberdctl } from './ejabberdctl.ts';

/** Beside this program, as `npm run build` leaves them. */
const EBIN = resolve(import.meta.dirname, '../../../ejabberd-modules/ebin');

interface Node {
  readonly version: string;
  readonly node: string;
}

export async function lookAtRunning(
  ctl: Ejabberdctl,
  { version, node }: Node,
  { domain, listeners }: EjabberdSettings,
): Promise<Running> {
  const ports = listeners.map(({ port }) => port);
  return {
    version,
    loglevel: await seen(async () => (await ctl.ask('get_loglevel')).trim().split(/\s+/).at(-1) ?? ''),
    holders: await seen(async () => holdersOf(await ctl.file('dump_table', 'route'), `site.${domain}`)),
    code: await seen(() => code(ctl)),
    files: await seen(() => openFiles(node, ports)),
  };
}

export async function seen<T>(look: () => T | Promise<T>): Promise<Seen<T>> {
  try {
    return { seen: await look() };
  } catch (error) {
    return { unseen: reasonOf(error) };
  }
}

/** @throws CannotLook when it is not running. */
export async function nodeOf(ctl: Ejabberdctl): Promise<Node> {
  const { code, stdout } = await ctl.run('status');
  const version = /ejabberd (\S+) is running/.exec(stdout)?.[1];
  const node = /The node '?([^\s']+)'? is/.exec(stdout)?.[1];
  if (code === 0 && version !== undefined && node !== undefined) return { version, node };
  throw new CannotLook(
    'ejabberd is not running, or not as the node that this ejabberdctl asks: start it, or give --ejabberd-yml',
  );
}

/** Lines of Erlang terms: {route,<<"site.example.org">>,<<"example.org">>,<0.463.0>,undefined}. */
function holdersOf(dump: string, domain: string): number {
  return dump.split(`{route,<<"${domain}">>,`).length - 1;
}

async function code(ctl: Ejabberdctl): Promise<LoadedModule[]> {
  const { code, stdout } = await ctl.run('im_code');
  if (code !== 0)
    throw new CannotLook(
      'mod_filter_site, as it runs, has no command im_code: an older build, or not loaded',
    );
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  return rows.map(([name = '', file = '', state]) => ({
    name,
    sameFile: sameFile(file),
    isCurrent: state === 'current',
  }));
}

function sameFile(file: string): boolean {
  return readFileSync(file).equals(readFileSync(resolve(EBIN, basename(file))));
}

/** The limit of the process that has the node's name on its command line, and listens on one of the ports. */
function openFiles(node: string, ports: readonly number[]): number {
  const sockets = listeningSockets(ports);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isNode(name, node));
  const pid = pids.find((name) => holdsAny(name, sockets));
  if (pid === undefined)
    throw new CannotLook('its process is not on this machine, or not to be seen by this user');
  const limit = /Max open files\s+(\d+)/.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1];
  const most = /(?:^|\0)ERL_MAX_PORTS=(\d+)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1];
  return Math.min(Number(limit ?? Infinity), Number(most ?? Infinity));
}

/** As /proc names them in a process's list of files. Columns: address:port in hex, state (0A listens), inode. */
function listeningSockets(ports: readonly number[]): ReadonlySet<string> {
  const lines = ['tcp', 'tcp6'].flatMap((name) => readFileSync(`/proc/net/${name}`, 'utf8').split('\n'));
  const columns = lines.map((line) => line.trim().split(/\s+/));
  const ours = columns.filter(
    ([, local = '', , state]) => state === '0A' && ports.includes(parseInt(local.split(':')[1] ?? '', 16)),
  );
  return new Set(ours.map((column) => `socket:[${column[9] ?? ''}]`));
}

function holdsAny(pid: string, sockets: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((name) => sockets.has(targetOf(`${folder}/${name}`)));
  } catch {
    return false; // another user's
  }
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return ''; // closed while we looked
  }
}

function isNode(pid: string, node: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const at = words.findIndex((word) => word === '-sname' || word === '-name');
    return basename(words[0] ?? '').startsWith('beam') && words[at + 1] === node && at >= 0;
  } catch {
    return false; // it ended while we looked
  }
}
