/** Traces of single users at run time (docs/operations.md, "Trace one user"). */
import { z } from 'zod';
import { count } from './values.ts';

export const trace = z.strictObject({
  dir: z
    .string()
    .min(1)
    .optional()
    .meta({ unit: 'folder' })
    .describe(
      'Where it stands who is traced, and what was seen of them. Left out: `traces` in `supervisor.dir`. The bridge, the component and the external-auth script must all find it: where they run as different users, name a folder that belongs to a group of theirs (mode 2770).',
    ),
  users: count(1, 100)
    .default(20)
    .describe('Traced at once: to find a fault one or two are enough, and each costs.'),
  size: count(1, 10_000)
    .meta({ unit: 'megabytes' })
    .default(50)
    .describe('Of a trace file: then it says so in its last line, and takes no more.'),
});
