/**
 * Loaded into the bridge before its own code (`--import`), for measurements only: SIGUSR2 collects all garbage, so
 * that what is left on the heap is what the sessions hold.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
process.on('SIGUSR2', () => collect());
