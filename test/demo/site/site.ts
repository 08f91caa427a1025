/** What every part of the site needs. */
import type { Logger } from 'pino';
import type { Database } from './database.ts';
import type { SiteSettings } from './settings.ts';

export interface Site {
  readonly settings: Pick<SiteSettings, 'bridgeUrl' | 'token' | 'api' | 'operator'>;
  readonly database: Database;
  readonly log: Logger;
}
