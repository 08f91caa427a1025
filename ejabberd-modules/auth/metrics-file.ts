/** Metrics of a process without a port: a text file, whole at every moment. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../bridge/log.ts';
import { scrape } from '../../bridge/metrics.ts';

const EVERY = 5000;

/** Writes `im-auth-PID.prom` there every few seconds, and removes it at the end. */
export function writeMetricsTo(dir: string, log: Log): void {
  const path = join(dir, `im-auth-${process.pid}.prom`);
  const write = async (): Promise<void> => {
    writeFileSync(`${path}.new`, await scrape());
    renameSync(`${path}.new`, path);
  };
  setInterval(
    () => void write().catch((error: unknown) => log.warn({ err: error }, 'metrics not written')),
    EVERY,
  ).unref();
  process.once('exit', () => rmSync(path, { force: true }));
}
