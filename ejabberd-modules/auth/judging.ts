/** The thread of judge.ts: directory, tickets and password hashes. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadConfig } from '../../bridge/config/load.ts';
import { createLog } from '../../bridge/log.ts';
import { openDirectory } from '../../bridge/site/open.ts';
import { MysqlPasswordTries } from '../../bridge/store/password-tries.ts';
import { decide } from './decide.ts';
import { READY, type Case, type JudgeData, type Verdict } from './judge.ts';
import { writeMetricsTo } from './metrics-file.ts';
import { CountedTries, OwnCount } from './tries.ts';

const { config: path, log: destination } = workerData as JudgeData;
const config = loadConfig(path);
const log = createLog('auth', config.log, destination);
const directory = openDirectory(config, log);
const shared = new MysqlPasswordTries(config.mysql, config.limits, log);
const tries = new CountedTries(new OwnCount(config.limits), shared, log);
const { domain, ticket } = config;

/** A hash that nobody waits for any more would keep those who do waiting. */
async function verdictOn({ number, request, until }: Case): Promise<Verdict> {
  if (Date.now() > until) return { number, outcome: 'unavailable' };
  try {
    return { number, outcome: await decide(request, { directory, domain, ticket, tries }) };
  } catch (error) {
    log.event('auth-request-failed', { err: error });
    return { number };
  }
}

parentPort?.on('message', (asked: Case) => {
  void verdictOn(asked).then((verdict) => parentPort?.postMessage(verdict));
});

const metricsDir = process.env['IM_METRICS_DIR'];
if (metricsDir !== undefined) writeMetricsTo(metricsDir, 'directory', ['im_directory_', 'im_pool_'], log);

parentPort?.postMessage(READY);
