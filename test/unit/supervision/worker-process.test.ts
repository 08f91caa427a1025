import { expect, test } from '@jest/globals';
import { WorkerProcess } from '../../../bridge/supervision/worker-process.ts';

test('a worker that the system does not start has ended, and its supervisor goes on', async () => {
  const options = { id: 1, args: [], env: {}, files: [] };
  const reason = await new Promise<string>((ended) => {
    const script = 'no\0path'; // as with no memory left, Node throws
    const worker = new WorkerProcess({ ...options, script }, { said: () => undefined, ended });
    worker.tell({ type: 'adopt', orphans: [] });
    worker.terminate();
    expect(worker.pid).toBe(0);
  });
  expect(reason).toContain('without null bytes');
});
