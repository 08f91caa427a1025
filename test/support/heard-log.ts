/** A log whose lines a test reads. */
import { pino } from 'pino';
import { Log } from '../../bridge/log.ts';
import { faultOf } from '../../bridge/log-fault.ts';

export type Line = Readonly<Record<string, unknown>> & { readonly event: string };

/** `lines` grows with what is told, at every level, as it would stand in the file. */
export function heardLog(): { readonly log: Log; readonly lines: Line[] } {
  const lines: Line[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as Line);
  const serializers = { err: (error: unknown) => faultOf(error) };
  return { log: new Log(pino({ level: 'debug', serializers }, { write })), lines };
}
