/** Which back end answers for the site. The one place that knows: a second one is a line here. */
import type { Config } from '../config/schema.ts';
import type { Log } from '../log.ts';
import type { Directory } from './directory.ts';
import { MysqlDirectory } from './mysql-directory.ts';

/** Opens no connection before the first question. */
export function openDirectory(config: Pick<Config, 'site' | 'limits'>, log: Log): Directory {
  return new MysqlDirectory(config.site, config.limits.friends, log);
}
