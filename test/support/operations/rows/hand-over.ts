/** Sessions that go from one worker to another. */
import { ANY, panel, quantiles, rate, sum, type Row } from '../panel.ts';

export const handOver: Row = {
  title: 'Deploys and workers that ended',
  panels: [
    panel(
      'Sessions that moved',
      'By how; refused ones begin anew, and their tabs with them.',
      'ops',
      rate('im_handover_sessions_total', 'how'),
    ),
    panel(
      'How long a session is away',
      'From its end in one worker until its stream is resumed in the other.',
      's',
      ...quantiles('im_handover_pause_seconds'),
    ),
    panel(
      'On their way',
      'Sessions that the new worker waits for.',
      'short',
      sum('im_handover_expected', 'expected'),
    ),
    panel('Journal', 'Written for a worker that is killed.', 'bytes', [
      'sum by (instance) (rate(im_journal_bytes_total{job="im-bridge", instance=~"$instance"}[$__rate_interval]))',
      '{{instance}}',
    ]),
    panel('Releases that run', 'Processes by the release of their code.', 'short', [
      `count by (job, release) (im_release{${ANY}})`,
      '{{job}} {{release}}',
    ]),
  ],
};
