/** Of every process, beside what prom-client tells of Node.js. */
import { counter, gauge } from './registry.ts';

export const processes = {
  release: gauge('im_release', 'Always 1; the label says which release runs', 'release'),
  logLinesLost: counter(
    'im_log_lines_lost_total',
    'Lines of the log that were lost, as it could not be written and 1 MB of them waited',
  ),
};
