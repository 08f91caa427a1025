/** Which back end answers for the site. The one place that knows: a second one is a line here. */
import type { Config } from '../config/schema.ts';
import type { Log } from '../log.ts';
import type { Changes } from './changes.ts';
import type { Directory } from './directory.ts';
import { MysqlChanges } from './mysql-changes.ts';
import { MysqlDirectory } from './mysql-directory.ts';

/** Opens no connection before the first question. */
export function openDirectory(config: Pick<Config, 'site' | 'limits'>, log: Log): Directory {
  return new MysqlDirectory(config.site, config.limits.friends, log);
}

/** The outbox; undefined for a site without one: then a change shows at a user's next login. */
export function openChanges({ site }: Pick<Config, 'site'>, log: Log): Changes | undefined {
  const { changes, changesDone } = site.queries;
  if (changes === undefined || changesDone === undefined) return undefined;
  return new MysqlChanges(site.mysql, { changes, changesDone }, site.timeout, log);
}
