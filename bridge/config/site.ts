/** The site: who exists, who may log in, who is whose friend; and where the answers come from. */
import { z } from 'zod';
import { mysql } from './mysql.ts';
import { queries } from './queries.ts';
import { count, ifUrl, seconds, secret } from './values.ts';

const apiUrl = z
  .url({ protocol: /^https?$/ })
  .refine(
    ifUrl(({ username, password, search, hash }) =>
      [username, password, search, hash].every((part) => part === ''),
    ),
    { message: 'must be the address before /users and /changes, without user, query and fragment' },
  )
  .meta({ unit: 'address' });

const breaker = z.strictObject({
  failures: count(1, 10_000)
    .default(10)
    .describe(
      'Tries in a row that failed, after which the site is left in peace. Fewer would be met by chance, when one server of many restarts.',
    ),
  pause: seconds(0.05, 300)
    .default(5)
    .describe(
      'Of that, before one try finds out whether the site is back: nobody waits long for a site that healed.',
    ),
});

/** The JSON API of the site's web app: docs/directory.md. */
const api = z.strictObject({
  url: apiUrl.describe('The address before `/users` and `/changes`.'),
  secret: secret.describe('Sent as `Authorization: Bearer`, so that the site answers the bridge alone.'),
  timeout: seconds(0.05, 30)
    .default(0.7)
    .describe('For one try: two of them fit into `site.timeout`, which is for all tries together.'),
  connections: count(1, 1000)
    .default(10)
    .describe('At the most, of each process: what a pool of PHP workers can spare.'),
  queue: count(1, 100_000)
    .default(1000)
    .describe('Questions that may wait for a connection; the next is refused at once.'),
  retries: count(0, 10)
    .default(2)
    .describe(
      'Further tries of a question, where asking again is safe. A tenth of the questions at the most get one, so that retries do not double the load of a site that is slow.',
    ),
  breaker: breaker.prefault({}).describe('When the site fails.'),
});

const SOURCED = ['user', 'friends', 'areFriends', 'password'] as const;

export const site = z
  .strictObject({
    mysql: mysql
      .optional()
      .describe(
        'For `site.queries`: an account that may SELECT from the site’s tables, and DELETE from the outbox.',
      ),
    queries: queries
      .prefault({})
      .describe('Your own SQL. A question without a query is asked of `site.api`.'),
    api: api.optional().describe('The JSON endpoints of your web app: [directory.md](directory.md).'),
    timeout: seconds(0.05, 30)
      .default(1.5)
      .describe('For an answer of the directory. The external-auth script answers ejabberd within two.'),
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
