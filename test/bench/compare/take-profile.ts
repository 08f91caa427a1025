/**
 * Loaded into the bridge before its own code (`--import`), for measurements only: SIGUSR2 begins a profile of the
 * processor (sampled every millisecond), and the next ends it and writes it to the folder of temporary files.
 */
import { Session } from 'node:inspector/promises';
import { renameSync, writeFileSync } from 'node:fs';
import { profileFile } from './profile-file.ts';

let session: Session | undefined;

async function begin(): Promise<void> {
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
}

async function end(running: Session): Promise<void> {
  session = undefined;
  const { profile } = await running.post('Profiler.stop');
  running.disconnect();
  const file = profileFile(process.pid);
  writeFileSync(`${file}.new`, JSON.stringify(profile));
  renameSync(`${file}.new`, file);
}

process.on('SIGUSR2', () => void (session === undefined ? begin() : end(session)));
