/**
 * Every setting. Each file beside this one has a section, with its defaults, its bounds and the reasons for them:
 * docs/configuration.md is made from it. One file serves the bridge, the external-auth script and the component, so
 * that they cannot disagree.
 */
import { z } from 'zod';
import { component, xmpp } from './ejabberd.ts';
import { admin, http } from './http.ts';
import { limits } from './limits.ts';
import { mysql } from './mysql.ts';
import { ticket, token } from './secrets.ts';
import { site } from './site.ts';
import { supervisor } from './supervisor.ts';
import { trace } from './trace.ts';

const log = z.strictObject({
  level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('The least that is told. `debug` adds rows of the site that can’t be used.'),
  pretty: z
    .boolean()
    .optional()
    .describe(
      'Lines for a person instead of JSON, which log collectors read. Left out: in a terminal, and nowhere else.',
    ),
});

export const settings = z.strictObject({
  demo: z
    .union([z.boolean(), z.stringbool()])
    .default(false)
    .describe(
      'A demo on one machine: the secrets that an example shows (`demo-only-…`) are accepted, and only loopback origins. Everybody knows those secrets.',
    ),
  domain: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be a lower-case domain name')
    .meta({ unit: 'domain name' })
    .describe('The XMPP domain: users are `id@domain`, the component is `site.domain`.'),
  http: http.describe('Where browsers’ calls come in.'),
  admin: admin.describe('`/live`, `/ready` and `/metrics`, for the operator’s tools.'),
  xmpp: xmpp.prefault({}).describe('The users’ sessions at ejabberd.'),
  component: component.describe('The component beside ejabberd, which tells it rosters and changes.'),
  token: token.describe(
    'Tokens that the web site mints for its signed-in users (JWT). `secret` or `publicKey` is needed.',
  ),
  ticket: ticket.describe('What the bridge signs its users in with at ejabberd.'),
  mysql: mysql.describe(
    'Where the bridge keeps what is its own: message ids under way, users’ rows. A MySQL or MariaDB account.',
  ),
  site: site.describe(
    'The site: who exists, who may log in, who is whose friend. It needs `mysql` with `queries`, or `api`, or both.',
  ),
  limits: limits.prefault({}).describe('How much of everything there may be.'),
  supervisor: supervisor
    .prefault({})
    .describe('Who starts the worker, and has a new one take over from it. A change here needs a restart.'),
  log: log.prefault({}).describe('What is written to standard output. Secrets, tab ids and texts never are.'),
  trace: trace
    .prefault({})
    .describe(
      'Traces of single users, which an operator asks for at run time. A change here needs a restart.',
    ),
});

const DEMO_SECRET = /^demo-only-/;

/** Secrets that everybody can read in an example open no door but the one of this machine. */
export const configSchema = settings.superRefine((config, context) => {
  const fault = (path: string[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  const secrets: [path: string, value: string | undefined][] = [
    ['component.secret', config.component.secret],
    ['ticket.secret', config.ticket.secret],
    ['token.secret', config.token.secret],
    ['mysql.password', config.mysql.password],
    ['site.mysql.password', config.site.mysql?.password],
    ['site.api.secret', config.site.api?.secret],
  ];
  for (const [path, value] of secrets) {
    if (!config.demo && value !== undefined && DEMO_SECRET.test(value)) {
      fault(
        path.split('.'),
        'is the example’s, which everybody knows: put a random value there (openssl rand -hex 32)',
      );
    }
  }
  const clash = portClash(config);
  if (clash !== undefined) fault(...clash);
  if (config.demo && !config.http.origins.every((page) => isLoopback(new URL(page).hostname))) {
    fault(
      ['demo'],
      'is for this machine alone: with origins other than localhost, set it to false and use secrets of your own',
    );
  }
});

/** Each worker has a port of both kinds. */
function portClash({
  http,
  admin,
  supervisor: { workers },
}: z.infer<typeof settings>): [string[], string] | undefined {
  const last = (from: number): number => from + workers - 1;
  for (const [name, { port }] of Object.entries({ http, admin }))
    if (last(port) > 65_535)
      return [[name, 'port'], `leaves no room for ${workers} workers: choose one below ${65_537 - workers}`];
  if (http.port > last(admin.port) || admin.port > last(http.port)) return undefined;
  const more = workers === 1 ? '' : ` (${workers} workers: ports ${http.port} to ${last(http.port)})`;
  return [['admin', 'port'], `meets http.port${more}: choose one that is far enough from it`];
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

export type Config = z.infer<typeof configSchema>;
export type MysqlConfig = Config['mysql'];
export type Limits = Config['limits'];
export type SiteQueries = Config['site']['queries'];
export type ApiConfig = NonNullable<Config['site']['api']>;
