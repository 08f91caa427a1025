/** The shipped ejabberd.yml, changed into the configuration of a private instance. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ROOT } from './root.ts';

/** External-auth scripts that ejabberd runs. */
export const AUTH_PROCESSES = 2;

export interface ListenerPorts {
  /** For the bridge: without TLS. */
  readonly c2s: number;
  /** For native clients: STARTTLS. */
  readonly native: number;
  readonly component: number;
  readonly api: number;
}

export interface EjabberdPorts extends ListenerPorts {
  readonly epmd: number;
  readonly dist: number;
}

export interface EjabberdMysql {
  /** For the schema alone: ejabberd's driver speaks TCP only. */
  readonly socket?: string;
  readonly host?: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface ConfigOptions {
  readonly domain: string;
  readonly ports: ListenerPorts;
  /** Where all but the HTTP API listen; loopback unless told. */
  readonly address?: string;
  /** Without it, archive and offline messages are in Erlang's own database. */
  readonly mysql?: EjabberdMysql | undefined;
  /** The command line of the external-auth script; split at blanks. */
  readonly extauth: string;
  readonly componentSecret: string;
  /** User names that may write to anyone. */
  readonly staff?: readonly string[];
  /** Addresses of bridges, which wrong passwords never ban; those of this machine unless told. */
  readonly bridges?: readonly string[];
  /** A port for BOSH sessions (XEP-0124), which the shipped configuration has not: to compare with. */
  readonly bosh?: number | undefined;
}

type Tree = Record<string, unknown>;

const LOOPBACK = '127.0.0.1';

/** Ports of the shipped file, by what they are in a private instance. */
const LISTENERS: Readonly<Record<number, keyof ListenerPorts>> = {
  5221: 'c2s',
  5222: 'native',
  5347: 'component',
  5280: 'api',
};

/** ejabberd.yml of a private instance. */
export function ejabberdConfig(options: ConfigOptions, certificate: string): string {
  const shipped = parse(readFileSync(join(ROOT, 'ejabberd-modules/ejabberd.yml'), 'utf8')) as Tree;
  const { domain, extauth, mysql, staff = [], bridges, bosh } = options;
  const config: Tree = {
    ...(mysql === undefined ? withoutSql(shipped) : { ...shipped, ...sqlSettings(mysql) }),
    hosts: [domain],
    hide_sensitive_log_data: false,
    extauth_program: extauth,
    extauth_pool_size: AUTH_PROCESSES,
    certfiles: [certificate],
    listen: [
      ...(shipped['listen'] as Tree[]).map((listener) => listenerOf(listener, options)),
      ...(bosh === undefined ? [] : [boshListener(bosh)]),
    ],
    acl: {
      ...(shipped['acl'] as Tree),
      support: { user: staff },
      ...(bridges !== undefined && { bridges: { ip: bridges } }),
    },
    api_permissions: openApi(shipped['api_permissions'] as Tree),
    modules: {
      ...modulesOf(shipped['modules'] as Tree, domain),
      ...(bosh === undefined ? {} : { mod_bosh: {} }),
    },
  };
  return stringify(config);
}

function listenerOf(listener: Tree, options: ConfigOptions): Tree {
  const { ports, address = LOOPBACK, domain, componentSecret } = options;
  const name = LISTENERS[listener['port'] as number];
  if (name === undefined)
    throw new Error(`ejabberd.yml has an unknown listener: ${String(listener['port'])}`);
  const hosts = { [`site.${domain}`]: { password: componentSecret } };
  const ip = name === 'api' ? LOOPBACK : address; // the API asks for no password
  return { ...listener, ip, port: ports[name], ...(name === 'component' ? { hosts } : {}) };
}

function boshListener(port: number): Tree {
  const handlers = { request_handlers: { '/bosh': 'mod_bosh' } };
  return { port, ip: LOOPBACK, module: 'ejabberd_http', backlog: 4096, ...handlers };
}

/** A private instance belongs to who started it: every command may be called. */
function openApi(permissions: Tree): Tree {
  return { ...permissions, loopback: { ...(permissions['loopback'] as Tree), what: '*' } };
}

function modulesOf(modules: Tree, domain: string): Tree {
  return { ...modules, mod_filter_site: { component: `site.${domain}`, staff: 'staff' } };
}

function sqlSettings({ host = '127.0.0.1', port, user, password, database }: EjabberdMysql): Tree {
  return {
    sql_server: host,
    sql_port: port,
    sql_database: database,
    sql_username: user,
    sql_password: password,
  };
}

function withoutSql(config: Tree): Tree {
  const rest = Object.entries(config).filter(([name]) => !name.startsWith('sql_'));
  return { ...Object.fromEntries(rest), default_db: 'mnesia' };
}
