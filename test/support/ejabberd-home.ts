/** The folder of a private ejabberd: configuration, cookie, certificate, and an ejabberdctl of its own. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ejabberdConfig, type ConfigOptions, type EjabberdPorts } from './ejabberd-config.ts';

export const NODE = 'ejabberd@localhost';
/** The other node of a cluster of two. */
export const SECOND_NODE = 'second@localhost';
export const INSTALL = 'ejabberd is not installed: apt-get install ejabberd erlang-p1-mysql';

export type Environment = Readonly<Record<string, string>>;

export interface Files {
  readonly config: string;
  readonly certificate: string;
  readonly home: string;
  readonly spool: string;
  readonly log: string;
  readonly console: string;
  readonly ctl: string;
}

export function filesOf(dir: string): Files {
  const files = {
    config: join(dir, 'ejabberd.yml'),
    certificate: join(dir, 'certificate.pem'),
    home: join(dir, 'home'),
    spool: join(dir, 'spool'),
    log: join(dir, 'logs/ejabberd.log'),
    console: join(dir, 'logs/console.log'),
    ctl: join(dir, 'bin/ejabberdctl'),
  };
  for (const folder of [dir, files.home, files.spool, join(dir, 'logs'), join(dir, 'bin')]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  return files;
}

export function prepare(files: Pick<Files, 'config' | 'certificate' | 'home'>, options: ConfigOptions): void {
  const cookie = join(files.home, '.erlang.cookie');
  if (!existsSync(cookie)) writeFileSync(cookie, randomBytes(24).toString('hex'), { mode: 0o400 });
  const key = join(files.home, 'key-and-certificate.pem');
  if (!existsSync(key)) makeCertificate(options.domain, files.certificate, key);
  writeFileSync(files.config, ejabberdConfig(options, key), { mode: 0o600 });
}

/** Erlang nodes talk to those that have the same cookie. */
export function shareCookie(dir: string, { home }: Pick<Files, 'home'>): void {
  const cookie = join(home, '.erlang.cookie');
  if (existsSync(cookie)) return;
  writeFileSync(cookie, readFileSync(join(dir, 'home/.erlang.cookie'), 'utf8'), { mode: 0o400 });
}

/** Self-signed, so that a client that trusts this file trusts the server. */
function makeCertificate(domain: string, certificate: string, keyAndCertificate: string): void {
  const key = `${keyAndCertificate}.key`;
  const subject = [
    '-subj',
    `/CN=${domain}`,
    '-addext',
    `subjectAltName=DNS:${domain},DNS:localhost,IP:127.0.0.1`,
  ];
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];
  const result = spawnSync(
    'openssl',
    [...kind, '-days', '3650', ...subject, '-keyout', key, '-out', certificate],
    { encoding: 'utf8' },
  );
  if (result.error !== undefined) throw new Error('openssl is not installed: apt-get install openssl');
  if (result.status !== 0) throw new Error(`openssl made no certificate:\n${result.stderr}`);
  const both = readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8');
  writeFileSync(keyAndCertificate, both, { mode: 0o600 });
}

export function environment(files: Files, { epmd }: EjabberdPorts, library: string): Environment {
  return {
    HOME: files.home, // the cookie is there
    ERL_LIBS: library,
    ERL_EPMD_PORT: String(epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_CRASH_DUMP_SECONDS: '0', // no gigabytes of a crash
    EJABBERD_CONFIG_PATH: files.config,
    EJABBERD_LOG_PATH: files.log,
  };
}

/** The folder that has Debian's ejabberd: its name has the machine's architecture. */
export function ejabberdLibrary(): string {
  const candidates = readdirSync('/usr/lib').map((name) => join('/usr/lib', name));
  const found = candidates.find((folder) => namesIn(folder).some((name) => /^ejabberd-[0-9]/.test(name)));
  if (found === undefined) throw new Error(INSTALL);
  return found;
}

/** The release that is installed, such as 23.01; the newest where there are several. */
export function ejabberdRelease(): number {
  const names = namesIn(ejabberdLibrary()).map((name) => /^ejabberd-([0-9]+\.[0-9]+)/.exec(name)?.[1]);
  return Math.max(...names.map((release) => Number(release ?? 0)));
}

function namesIn(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : [];
}

/** As Debian's script calls it: a short-lived hidden node that asks the running one. */
export function writeCtl(files: Files, env: Environment, node = NODE): void {
  const [name] = node.split('@');
  const script = [
    '#!/bin/sh',
    '# ejabberdctl of this private instance: ejabberdctl status, ejabberdctl connected_users, ...',
    ...Object.entries(env).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `epmd -names 2>/dev/null | grep -q "^name ${name} " || { echo "ejabberd is not running" >&2; exit 3; }`,
    `exec erl -sname "ctl-$$@localhost" -hidden -noinput -start_epmd false \\`,
    `  -kernel inet_dist_use_interface '{127,0,0,1}' -s ejabberd_ctl -extra ${node} "$@"`,
    '',
  ];
  writeFileSync(files.ctl, script.join('\n'), { mode: 0o700 });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
