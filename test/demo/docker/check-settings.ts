/** Are the settings usable? `node check-settings.js --config FILE`: if not, says why and ends with 1. */
import { configPath, loadConfig } from '../../../bridge/config/load.ts';
import { startFault } from '../../../bridge/start-fault.ts';

try {
  loadConfig(configPath(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${startFault(error)}\n`);
  process.exit(1);
}
