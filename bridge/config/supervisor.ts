/** Who starts workers, watches them, and has one take over from the other. */
import { z } from 'zod';
import { count, seconds } from './values.ts';

export const supervisor = z.strictObject({
  dir: z
    .string()
    .min(1)
    .default('run')
    .meta({ unit: 'folder' })
    .describe(
      'Its sockets, and the journals of workers: tab ids and texts of messages stand in them, so it is made for the owner alone. From the folder of the settings file, unless it is absolute. In memory (`/run/…`) it costs no disk.',
    ),
  workers: count(1, 64)
    .default(1)
    .describe(
      'Workers that serve side by side: one for each processor that the chat may have. The first takes `http.port` and `admin.port`, each further one the ports that follow; a load balancer has to stand in front, which sends all calls of a user to the same (`im-bridge haproxy-config`). All bounds of `limits`, and connections to databases, are for each of them.',
    ),
  startTimeout: seconds(1, 600)
    .default(60)
    .describe('For a new worker to be ready; else it is ended, and the old one stays.'),
  hangTimeout: seconds(1, 600)
    .default(15)
    .describe(
      'Without a sign of life until a worker counts as hanging, and is killed. A busy one is late by tenths of a second.',
    ),
  handOverTimeout: seconds(1, 3600)
    .default(600)
    .describe(
      'For a worker to give all of its sessions to its successor; then it is killed, and the rest comes from its journal, whose tabs connect anew. On two busy cores each thousand took 13 to 25 seconds. It costs nobody anything: who is not given yet is served by the old worker, and who calls at the new one is given next.',
    ),
  memory: count(0, 1_000_000)
    .meta({ unit: 'megabytes' })
    .default(3000)
    .describe(
      'That a worker may use: one that uses more hands over to a fresh one, as in a deploy. 0: as much as there is.',
    ),
  journal: z
    .boolean()
    .default(true)
    .describe(
      'Is kept what a successor needs when a worker is killed? Without it all sessions begin anew then, and friends see everybody go and come.',
    ),
});
