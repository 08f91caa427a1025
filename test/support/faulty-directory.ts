/** The directory on a site whose API misbehaves (faulty-site.ts). */
import type { ApiConfig, Config } from '../../bridge/config/schema.ts';
import { ApiFault } from '../../bridge/site/api-fault.ts';
import { DirectoryUnavailable } from '../../bridge/site/directory.ts';
import type { FaultySite } from './faulty-site.ts';

export const SECRET = 'of-the-api-0123456789-0123456789-012';
const BREAKER = { failures: 1000, pause: 60 };

/** @param timeout seconds for an answer, all tries together. */
export function configOf(
  site: FaultySite,
  change: Partial<ApiConfig>,
  timeout: number,
): Pick<Config, 'site' | 'limits'> {
  const defaults = { timeout: 0.2, connections: 5, queue: 100, retries: 2, breaker: BREAKER };
  const api = { url: site.url, secret: SECRET, ...defaults, ...change };
  return { site: { api, queries: {}, timeout }, limits: { friends: 5000 } as Config['limits'] };
}

/** Why there was no answer. */
export async function faultOf(answer: Promise<unknown>): Promise<ApiFault> {
  const error: unknown = await answer.then(
    (value) => new Error(`there was an answer: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DirectoryUnavailable) || !(error.cause instanceof ApiFault)) throw error;
  return error.cause;
}
