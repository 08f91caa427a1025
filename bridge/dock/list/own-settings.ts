/** Keys of the UI state that the person sets for every device. */
import type { ClientState } from '../../client/index.ts';

export const SOUND = 'sound';
/** Is the list of friends folded to its title? */
export const LIST = 'list';

export function isSoundOn(ui: ClientState['ui'], otherwise: boolean): boolean {
  const kept = ui[SOUND];
  return typeof kept === 'boolean' ? kept : otherwise;
}

export function isListFolded(ui: ClientState['ui']): boolean {
  return ui[LIST] === 'folded';
}
