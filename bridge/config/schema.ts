/**
 * Every setting, with its default, its bounds and the reason for both. One file serves the bridge, the
 * external-auth script and the component, so that they cannot disagree.
 */
import { createPublicKey } from 'node:crypto';
import { z } from 'zod';

const port = z.int().min(1).max(65_535);
const seconds = (least: number, most: number) => z.number().min(least).max(most);
const host = z.string().min(1);

/** Refused outside the demo: what people leave in place when they copy an example. */
const PLACEHOLDERS = new Set(['changeme', 'change-me', 'secret', 'sekrit', 'password', 'example']);

const secret = z
  .string()
  .min(32, 'must be 32 characters or more, from a random source (for example: openssl rand -hex 32)')
  .refine((value) => !isPlaceholder(value), 'is a placeholder: put a random value there');

function isPlaceholder(value: string): boolean {
  return PLACEHOLDERS.has(value.toLowerCase()) || /^(.)\1*$/.test(value);
}

function isPublicKey(pem: string): boolean {
  try {
    return createPublicKey(pem).type === 'public';
  } catch {
    return false;
  }
}

/** What is no address at all has been told already: checks go on after a fault. */
const ifUrl = (check: (url: URL) => boolean) => (value: string) =>
  !URL.canParse(value) || check(new URL(value));

const origin = z
  .url({ protocol: /^https?$/ })
  .refine((value) => ifUrl((url) => url.origin === value)(value), {
    message: 'must be an origin: scheme, host and port only, as in https://www.example.org',
  });

/** A MySQL account, and the pool that is opened on it. */
const mysql = z
  .strictObject({
    socket: z.string().optional(),
    host: host.default('127.0.0.1'),
    port: port.default(3306),
    user: z.string().min(1),
    password: z.string(),
    database: z.string().min(1),
    pool: z
      .strictObject({
        /** Connections at the most. Ten serve some thousand short queries a second. */
        size: z.int().min(1).max(1000).default(10),
        /** Callers that may wait for a connection; the next is refused at once. */
        queue: z.int().min(1).max(100_000).default(1000),
        /** Seconds a caller waits for a connection before it is told so. */
        acquireTimeout: seconds(0.05, 60).default(2),
        /** Seconds a query may take. */
        queryTimeout: seconds(0.05, 300).default(5),
      })
      .prefault({}),
  })
  .describe('a MySQL or MariaDB account');

/** A statement with so many `?`, those in quoted text not counted. */
const query = (parameters: number) =>
  z
    .string()
    .min(1)
    .refine((sql) => sql.replaceAll(/'[^']*'|"[^"]*"/g, '').split('?').length - 1 === parameters, {
      message: `must be one SQL statement with ${parameters} parameter${parameters === 1 ? '' : 's'}, each written as ?`,
    });

/**
 * SQL of the site's own. `?` stands for the parameters that the comment names, in that order. A question without a
 * query is asked of `site.api`.
 */
const queries = z.strictObject({
  /** (id) -> id, name, avatar (may be null): nothing when the account is unknown or may not chat. */
  user: query(1).optional(),
  /** (id) -> id, name, avatar, groups (comma-separated, may be null): the friends of one user. */
  friends: query(1).optional(),
  /** (id, id) -> one row when the two are friends. */
  areFriends: query(2).optional(),
  /** (id) -> hash: a bcrypt, argon2 or scrypt hash in its usual text form. */
  password: query(1).optional(),
  /** () -> id, kind, user, friend (may be null): the oldest rows of the outbox, with a LIMIT. docs/outbox.sql has one. */
  changes: query(0).optional(),
  /** (id): takes a row off the outbox. */
  changesDone: query(1).optional(),
});

const apiUrl = z.url({ protocol: /^https?$/ }).refine(
  ifUrl(({ username, password, search, hash }) =>
    [username, password, search, hash].every((part) => part === ''),
  ),
  { message: 'must be the address before /users and /changes, without user, query and fragment' },
);

/** The JSON API of the site's web app: docs/directory.md. */
const api = z.strictObject({
  url: apiUrl,
  /** Sent as `Authorization: Bearer`. */
  secret,
  /** Seconds for one try. All tries together have `site.timeout`. */
  timeout: seconds(0.05, 30).default(0.7),
  /** Connections at the most, of each process. */
  connections: z.int().min(1).max(1000).default(10),
  /** Questions that may wait for a connection; the next is refused at once. */
  queue: z.int().min(1).max(100_000).default(1000),
  /** Further tries of a question, where asking again is safe. A tenth of the questions at the most get one. */
  retries: z.int().min(0).max(10).default(2),
  breaker: z
    .strictObject({
      /** Tries in a row that failed, after which the site is left in peace. */
      failures: z.int().min(1).max(10_000).default(10),
      /** Seconds of that, before one try finds out whether the site is back. */
      pause: seconds(0.05, 300).default(5),
    })
    .prefault({}),
});

const SOURCED = ['user', 'friends', 'areFriends', 'password'] as const;

/** Where the directory's answers come from. */
const site = z
  .strictObject({
    mysql: mysql.optional(),
    queries: queries.prefault({}),
    api: api.optional(),
    /** Seconds for an answer of the directory. The external-auth script answers within two. */
    timeout: seconds(0.05, 30).default(1.5),
  })
  .superRefine(({ mysql, queries, api }, context) => {
    const fault = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if (mysql === undefined && api === undefined) {
      fault([], 'needs mysql with queries, or api, or both: the people and friendships come from there');
      return;
    }
    if (mysql === undefined && Object.values(queries).some((sql) => sql !== undefined))
      fault(['mysql'], 'is missing: the queries under site.queries need a database');
    for (const name of SOURCED)
      if (api === undefined && queries[name] === undefined)
        fault(['queries', name], 'must be a string of SQL: without site.api, nobody else answers this');
    if ((queries.changes === undefined) !== (queries.changesDone === undefined))
      fault(['queries'], 'changes and changesDone belong together: give both or none');
  });

const settings = z.strictObject({
  /** A demo on one machine: the secrets that an example shows (`demo-only-…`) are accepted, and only loopback origins. */
  demo: z.union([z.boolean(), z.stringbool()]).default(false),

  /** The XMPP domain: users are `id@domain`, the component is `site.domain`. */
  domain: z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be a lower-case domain name'),

  http: z.strictObject({
    host: host.default('127.0.0.1'),
    port,
    /** The site's own origins: the only ones that CORS and JSONP answer. */
    origins: z.array(origin).min(1),
    /** Addresses of proxies whose X-Forwarded-For is believed. */
    trustedProxies: z.array(z.string()).default([]),
  }),

  /** Metrics and health. Loopback unless a firewall stands before it. */
  admin: z.strictObject({ host: host.default('127.0.0.1'), port }),

  xmpp: z.strictObject({
    host: host.default('127.0.0.1'),
    /** The loopback listener of ejabberd.yml, without STARTTLS. */
    port: port.default(5221),
    /** STARTTLS: needed when ejabberd is on another machine. */
    tls: z.boolean().default(false),
    /** Seconds for each step: connect, authenticate, bind, and an IQ's answer. */
    timeout: seconds(0.1, 120).default(10),
    /** Logins under way at once, so that a restart of ejabberd is no stampede. */
    loginsAtOnce: z.int().min(1).max(1000).default(20),
    /** Logins that may wait behind those; the next is refused as `unavailable`. */
    loginQueue: z.int().min(1).max(1_000_000).default(10_000),
    /** Seconds that ejabberd keeps a cut stream for resumption (XEP-0198). */
    resumeTimeout: seconds(0, 600).default(60),
    /** Stanzas under way to ejabberd and not acknowledged, for each user. */
    outboundQueue: z.int().min(10).max(100_000).default(500),
  }),

  component: z.strictObject({
    host: host.default('127.0.0.1'),
    port: port.default(5347),
    secret,
    /** Metrics and health of the component. */
    adminPort: port.optional(),
    /** Directory look-ups under way at once, and how many more may wait. */
    concurrency: z.int().min(1).max(10_000).default(50),
    queue: z.int().min(1).max(1_000_000).default(10_000),
    /** Seconds for one look-up. mod_roster_site waits three. */
    timeout: seconds(0.1, 60).default(2.5),
    /** Seconds between two looks at the site's outbox: half of it is the usual delay of a change. */
    changesEvery: seconds(0.05, 60).default(0.25),
    /** Changes under way to ejabberd at once. */
    changesAtOnce: z.int().min(1).max(500).default(50),
  }),

  /** Tokens that the web site mints for its signed-in users (JWT, HS256 or the key's algorithm). */
  token: z
    .strictObject({
      secret: secret.optional(),
      /** PEM of the site's public key, instead of a shared secret. */
      publicKey: z.string().refine(isPublicKey, 'is no public key in PEM form').optional(),
      audience: z.string().min(1).default('im'),
      /** Seconds that the site's clock may be off. */
      leeway: seconds(0, 300).default(30),
    })
    .refine((token) => (token.secret === undefined) !== (token.publicKey === undefined), {
      message: 'needs either secret or publicKey, and not both',
    }),

  /** Tickets: what the bridge shows ejabberd in place of a user's password. */
  ticket: z.strictObject({ secret, lifetime: seconds(5, 600).default(60) }),

  /** Where the bridge keeps what is its own: message ids under way, UI state. */
  mysql,

  /** The site: who exists, who may log in, who is whose friend. */
  site,

  limits: z
    .strictObject({
      /** Bytes of a request's body. */
      body: z.int().min(1024).max(10_000_000).default(65_536),
      /** Bytes of a message's text in UTF-8. ejabberd's stanza limit stands above it. */
      message: z.int().min(1).max(1_000_000).default(20_000),
      /** Seconds that a poll is held. */
      hold: seconds(0.1, 120).default(25),
      /** Tabs of one user. */
      tabs: z.int().min(1).max(1000).default(50),
      /** Events that a session keeps for its tabs. Older than that is `gone`. */
      events: z.int().min(10).max(100_000).default(1000),
      /** Sends a second of one user, and how many at once. */
      sendRate: z.number().min(0.1).max(10_000).default(10),
      sendBurst: z.int().min(1).max(10_000).default(30),
      /** Calls a second of one user beside poll, send and connect, and how many at once. */
      callRate: z.number().min(0.1).max(10_000).default(20),
      callBurst: z.int().min(1).max(10_000).default(60),
      /** Seconds without an active tab until a person is away. */
      idle: seconds(1, 86_400).default(600),
      /** Messages of the archive that a session catches up at the most; beyond that it starts anew. */
      catchUp: z.int().min(100).max(100_000).default(2000),
      /** Bytes that may wait in a stream to be read: who reads slower is cut, and comes back. */
      streamBuffer: z.int().min(1024).max(100_000_000).default(262_144),
      /** Bytes of a user's UI state, as JSON. */
      ui: z.int().min(100).max(1_000_000).default(65_536),
      /**
       * Wrong passwords of one user in a window of so many seconds, from the first. Then even the right one is
       * refused until it ends: whoever guesses keeps the owner's native clients out, and never the web chat.
       */
      passwordTries: z.int().min(1).max(1000).default(10),
      passwordWindow: z.int().min(1).max(86_400).default(300),
      /** Seconds that a session outlives its last tab, so that a page load is no log-out. */
      grace: seconds(0, 3600).default(60),
      /** Sessions of the process: each has a connection to ejabberd, and a process may hold 20,000 files. */
      sessions: z.int().min(1).max(1_000_000).default(6000),
      /** Polls that the process holds: with the sessions, below the limit of open files. */
      polls: z.int().min(1).max(1_000_000).default(12_000),
      /** Polls held for one client address. */
      pollsPerAddress: z.int().min(1).max(1_000_000).default(1000),
      /**
       * Connections of browsers that the process accepts: with the sessions, below the limit of open files. Lowered,
       * with a warning, where the system allows fewer.
       */
      connections: z.int().min(1).max(1_000_000).default(13_500),
      /** Connections of one address that is no trusted proxy: its polls, and as many again for calls. */
      connectionsPerAddress: z.int().min(1).max(1_000_000).default(2000),
      /**
       * Connects a minute of one client address. Each costs a look at the site, the archive and ejabberd. All
       * people of a company or a campus may have one address, and open their tabs at nine o'clock.
       */
      connectsPerAddress: z.int().min(1).max(1_000_000).default(600),
      /** Conversations that a session keeps in memory, and messages of each. */
      conversations: z.int().min(1).max(10_000).default(100),
      messages: z.int().min(20).max(10_000).default(100),
      /** Friends of one user. */
      friends: z.int().min(1).max(100_000).default(5000),
    })
    .prefault({}),

  log: z
    .strictObject({
      level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
      /** Lines for a person instead of JSON. */
      pretty: z.boolean().default(false),
    })
    .prefault({}),
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
  if (config.demo && !config.http.origins.every((page) => isLoopback(new URL(page).hostname))) {
    fault(
      ['demo'],
      'is for this machine alone: with origins other than localhost, set it to false and use secrets of your own',
    );
  }
});

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

export type Config = z.infer<typeof configSchema>;
export type MysqlConfig = Config['mysql'];
export type Limits = Config['limits'];
export type SiteQueries = Config['site']['queries'];
export type ApiConfig = NonNullable<Config['site']['api']>;
