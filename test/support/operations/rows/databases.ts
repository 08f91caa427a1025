/** Databases, and the site. */
import { ANY, panel, quantiles, rate, type Row } from '../panel.ts';

export const databases: Row = {
  title: 'Databases and site',
  panels: [
    panel('Connections in use', 'Of each pool, as a share of what it may have.', 'percentunit', [
      `max by (job, pool) (im_pool_in_use{${ANY}} / im_pool_limit{${ANY}})`,
      '{{job}} {{pool}}',
    ]),
    panel('Connections open', 'Of each pool.', 'short', [
      `sum by (job, pool) (im_pool_connections{${ANY}})`,
      '{{job}} {{pool}}',
    ]),
    panel('Callers that wait', 'For a connection.', 'short', [
      `sum by (job, pool) (im_pool_waiting{${ANY}})`,
      '{{job}} {{pool}}',
    ]),
    panel(
      'How long they wait',
      'For a connection; 99 of 100 wait less.',
      's',
      ...quantiles('im_pool_wait_seconds', 'pool', ANY).slice(1),
    ),
    panel(
      'How long answers take',
      'Of a statement, or a try at the API; 99 of 100 are quicker.',
      's',
      ...quantiles('im_pool_answer_seconds', 'pool', ANY).slice(1),
    ),
    panel('Timeouts', 'By what was waited for.', 'ops', rate('im_pool_timeouts_total', 'pool, reason', ANY)),
    panel('Errors', 'By code.', 'ops', rate('im_pool_errors_total', 'pool, code', ANY)),
    panel('Starved', '1: a pool gives fewer connections than it should.', 'short', [
      `max by (job, pool) (im_pool_starved{${ANY}})`,
      '{{job}} {{pool}}',
    ]),
    panel('Connections in effect', 'In the self-check at the start.', 'short', [
      `min by (job, pool) (im_pool_effective{${ANY}})`,
      '{{job}} {{pool}}',
    ]),
    panel(
      'The directory',
      'Questions, by outcome.',
      'ops',
      rate('im_directory_questions_total', 'question, outcome', ANY),
    ),
    panel(
      'Answers of the directory',
      'With all tries; 99 of 100 are quicker.',
      's',
      ...quantiles('im_directory_seconds', 'question', ANY).slice(1),
    ),
    panel(
      "The site's API",
      'Tries by outcome; and whether it is left in peace (2).',
      'short',
      rate('im_directory_api_tries_total', 'pool, outcome', ANY),
      [`max by (job, pool) (im_directory_api_breaker{${ANY}})`, 'left in peace {{job}} {{pool}}'],
    ),
    panel(
      'Rows of the site left out',
      'Whose id can not be an address.',
      'ops',
      rate('im_directory_rows_ignored_total', 'question', ANY),
    ),
    panel(
      'Writes of users’ rows',
      'Refused, as others of the same user are stuck.',
      'ops',
      rate('im_user_state_writes_refused_total', 'reason'),
    ),
  ],
};
