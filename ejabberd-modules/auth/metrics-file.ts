/** Metrics of processes without a port: a text file of each thread, whole at every moment. */
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../bridge/log.ts';
import { registry } from '../../bridge/metrics.ts';

const EVERY = 5000;
const FILE = /^im-auth-(\d+)-[a-z]+\.prom/;

/**
 * Writes the metrics whose names begin so into `im-auth-PID-PART.prom` every few seconds. Each has the process in a
 * label: node_exporter reads no folder in which two files have the same series.
 */
export function writeMetricsTo(dir: string, part: string, families: readonly string[], log: Log): void {
  const path = join(dir, `im-auth-${process.pid}-${part}.prom`);
  registry.setDefaultLabels({ process: String(process.pid) });
  const write = async (): Promise<void> => {
    writeFileSync(`${path}.new`, await textOf(families));
    renameSync(`${path}.new`, path);
  };
  setInterval(
    () => void write().catch((error: unknown) => log.event('metrics-not-written', { err: error })),
    EVERY,
  ).unref();
}

/** Removes the files of this process at its end, and now those of processes that were killed. */
export function cleanMetricsIn(dir: string): void {
  removeFiles(dir, (pid) => pid !== process.pid && !isRunning(pid));
  process.once('exit', () => removeFiles(dir, (pid) => pid === process.pid));
}

async function textOf(families: readonly string[]): Promise<string> {
  const names = registry.getMetricsAsArray().map(({ name }) => name);
  const ours = names.filter((name) => families.some((family) => name.startsWith(family)));
  const texts = await Promise.all(ours.map((name) => registry.getSingleMetricAsString(name)));
  return `${texts.join('\n')}\n`;
}

function removeFiles(dir: string, isDue: (pid: number) => boolean): void {
  try {
    for (const file of readdirSync(dir)) {
      const pid = FILE.exec(file)?.[1];
      if (pid !== undefined && isDue(Number(pid))) rmSync(join(dir, file), { force: true });
    }
  } catch {
    return; // no such folder: the log says so when the metrics are written
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
}
