/** Who asks and does not take the answer holds its memory: cut after a while. */
import type { ServerResponse } from 'node:http';

/** Milliseconds for the last of an answer to leave; most have left before this is asked. */
const PATIENCE = 15_000;

/** Called when the whole answer has been written. */
export function cutIfNotTaken(response: ServerResponse): void {
  // Also what waits behind another answer on its connection (HTTP pipelining) is counted there.
  if (response.destroyed || !(response.writableLength > 0)) return;
  const timer = setTimeout(() => response.destroy(), PATIENCE);
  response.once('close', () => clearTimeout(timer));
}
