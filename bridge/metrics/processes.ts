/** Of every process, beside what prom-client tells of Node.js. */
import { counter } from './registry.ts';

export const processes = {
  logLinesLost: counter(
    'im_log_lines_lost_total',
    'Lines of the log that were lost, as it could not be written and 1 MB of them waited',
  ),
};
