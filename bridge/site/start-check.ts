/** The look at the site before a process starts. */
import { ConfigError } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Log } from '../log.ts';
import { checkQueries, together, type Findings } from './check-queries.ts';

/**
 * Writes warnings into the log.
 *
 * @throws ConfigError with every fault: nobody could sign in, or the wrong ones would be friends.
 */
export async function checkSiteAtStart({ site }: Pick<Config, 'site'>, log: Log): Promise<void> {
  const { faults, warnings } = together([await checkQueries(site, log), checkApi(site)]);
  for (const warning of warnings) log.event('site-settings', { warning });
  if (faults.length > 0) throw new ConfigError('the settings under site', faults);
}

/** What the address alone says. The API itself is not asked: it may start after us. */
export function checkApi({ api }: Pick<Config['site'], 'api'>): Findings {
  if (api === undefined || new URL(api.url).protocol === 'https:' || isLoopback(new URL(api.url).hostname))
    return { faults: [], warnings: [] };
  const warning = 'site.api.url: without https, its secret and members’ passwords can be read on the way';
  return { faults: [], warnings: [warning] };
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
}
