/** How a listener's option is called in the report. */
import type { Listener } from '../ejabberd-settings.ts';

export function nameOf({ module, port }: Listener, option: string): string {
  return `listen: ${module} on ${port}: ${option}`;
}
