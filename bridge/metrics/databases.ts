/** Of all processes: databases, the site, and the pools that they are asked through. */
import { counter, gauge, histogram } from './registry.ts';

export const databases = {
  directory: counter(
    'im_directory_questions_total',
    'Questions to the directory, by question and outcome (ok, unavailable)',
    'question',
    'outcome',
  ),
  directorySeconds: histogram('im_directory_seconds', 'Seconds for an answer of the directory', 'question'),
  directoryRowsIgnored: counter(
    'im_directory_rows_ignored_total',
    'Rows of the site whose id can not be an address',
    'question',
  ),
  directoryTries: counter(
    'im_directory_api_tries_total',
    "Tries at the site's JSON API, by outcome (ok, or why there was no answer)",
    'pool',
    'outcome',
  ),
  directoryBreaker: gauge(
    'im_directory_api_breaker',
    "Is the site's JSON API left in peace, as it failed too often (0 no, 1 being tried, 2 yes)",
    'pool',
  ),
  poolSize: gauge('im_pool_connections', 'Connections of a pool', 'pool'),
  poolLimit: gauge('im_pool_limit', 'Connections at the most', 'pool'),
  poolUsed: gauge('im_pool_in_use', 'Connections in use', 'pool'),
  poolWaiting: gauge('im_pool_waiting', 'Callers that wait for a connection', 'pool'),
  poolWaitingLimit: gauge(
    'im_pool_waiting_limit',
    'Callers that may wait for a connection; the next is refused',
    'pool',
  ),
  poolWaitSeconds: histogram('im_pool_wait_seconds', 'Seconds that a caller waited for a connection', 'pool'),
  poolAnswerSeconds: histogram(
    'im_pool_answer_seconds',
    'Seconds for an answer, once there was a connection: of a statement, or of one try at the site’s JSON API',
    'pool',
  ),
  poolTimeouts: counter(
    'im_pool_timeouts_total',
    'Callers that gave up, by what they waited for (connection; query, which is also the answer of an API; queue-full: not even that)',
    'pool',
    'reason',
  ),
  poolErrors: counter(
    'im_pool_errors_total',
    'Statements that failed, and connections that could not be opened, by code of MySQL or the system; failed tries at the site’s JSON API by kind (connection, status, malformed, breaker: left in peace)',
    'pool',
    'code',
  ),
  poolEffective: gauge(
    'im_pool_effective',
    'Statements that ran at once in the self-check at the start; im_pool_limit when all is well',
    'pool',
  ),
  poolStarved: gauge(
    'im_pool_starved',
    'Alarm: does the pool give fewer connections than it should, or one alone, or did the server refuse some as too many within 5 minutes (1 or 0)',
    'pool',
  ),
};
