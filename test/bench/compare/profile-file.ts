/** Where a process writes its profile. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function profileFile(pid: number): string {
  return join(tmpdir(), `im-bridge-${pid}.cpuprofile`);
}
