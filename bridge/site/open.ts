/** Which back end answers what: a question with a query goes to the database, one without to the API. */
import type { Config } from '../config/schema.ts';
import type { Log } from '../log.ts';
import { ApiChanges } from './api-changes.ts';
import { ApiClient } from './api-client.ts';
import { ApiSource } from './api-source.ts';
import type { Changes } from './changes.ts';
import type { Directory } from './directory.ts';
import { MysqlChanges } from './mysql-changes.ts';
import { MysqlSource } from './mysql-source.ts';
import { SiteDirectory } from './site-directory.ts';
import type { Question, Source } from './source.ts';

/** Opens no connection before the first question. */
export function openDirectory({ site, limits }: Pick<Config, 'site' | 'limits'>, log: Log): Directory {
  const { mysql, api, queries, timeout } = site;
  const database = mysql && new MysqlSource({ mysql, queries, timeout }, log);
  const web = api && new ApiSource(new ApiClient('site-api', api, timeout, log));
  const sourceOf = (question: Question): Source => {
    const source = queries[question] === undefined ? web : database;
    if (source === undefined) throw new TypeError(`nobody answers ${question}`); // the settings are checked for it
    return source;
  };
  const sources = {
    user: sourceOf('user'),
    friends: sourceOf('friends'),
    areFriends: sourceOf('areFriends'),
    password: sourceOf('password'),
    mayChat: queries.mayChat === undefined ? web : database,
  };
  return new SiteDirectory(sources, limits.friends, log);
}

/** The site's list of changes; undefined when it has none. Opens no connection before the first question. */
export function openChanges({ site }: Pick<Config, 'site'>, log: Log): Changes | undefined {
  const { mysql, api, queries, timeout } = site;
  if (mysql !== undefined && queries.changes !== undefined)
    return new MysqlChanges({ mysql, queries, timeout }, log);
  return api && new ApiChanges(new ApiClient('site-api-changes', api, timeout, log));
}
