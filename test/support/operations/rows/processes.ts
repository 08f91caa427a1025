/** The processes themselves. */
import { ANY, panel, rate, type Row } from '../panel.ts';

export const processes: Row = {
  title: 'Processes',
  panels: [
    panel('Event-loop delay', '99 of 100 steps wait less; everybody of the process waits as long.', 's', [
      `nodejs_eventloop_lag_p99_seconds{${ANY}}`,
      '{{job}} {{instance}}',
    ]),
    panel('Processor', 'One core is 1.', 'percentunit', [
      `rate(process_cpu_seconds_total{${ANY}}[$__rate_interval])`,
      '{{job}} {{instance}}',
    ]),
    panel('Memory', 'Resident.', 'bytes', [`process_resident_memory_bytes{${ANY}}`, '{{job}} {{instance}}']),
    panel('Heap', 'Used by JavaScript.', 'bytes', [
      `nodejs_heap_size_used_bytes{${ANY}}`,
      '{{job}} {{instance}}',
    ]),
    panel('Open files', 'Connections among them.', 'short', [
      `process_open_fds{${ANY}}`,
      '{{job}} {{instance}}',
    ]),
    panel(
      'Log lines lost',
      'As the log could not be written.',
      'ops',
      rate('im_log_lines_lost_total', 'job, instance', ANY),
    ),
  ],
};
