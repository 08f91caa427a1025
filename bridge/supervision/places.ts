/** The places of a machine: in each, one worker serves, on ports and in a run directory of its own. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Place {
  /** From 1. */
  readonly number: number;
  readonly dir: string;
  readonly web: Address;
  readonly admin: Address;
}

/** @param dir the run directory of the first place; those of the others lie in it */
export function placesOf({ http, admin, supervisor }: PlacesConfig, dir: string): Place[] {
  return Array.from({ length: supervisor.workers }, (_, index) => ({
    number: index + 1,
    dir: index === 0 ? dir : join(dir, String(index + 1)),
    web: { host: http.host, port: http.port + index },
    admin: { host: admin.host, port: admin.port + index },
  }));
}

export type PlacesConfig = {
  readonly http: Address;
  readonly admin: Address;
  readonly supervisor: Pick<Config['supervisor'], 'workers'>;
};

/** What places have left that are no more: their journals have tab ids in them. */
export function forgetOtherPlaces(dir: string, places: readonly Place[]): void {
  if (!existsSync(dir)) return;
  for (const name of readdirSync(dir))
    if (/^\d+$/.test(name) && Number(name) > places.length) rmSync(join(dir, name), { recursive: true });
}
