/** A log for what is tested without one. */
import { pino } from 'pino';
import { Log } from '../../bridge/log.ts';

export const noLog = new Log(pino({ level: 'silent' }));
