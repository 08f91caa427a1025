/** What the collectors found, and the checks judge. Plain data: a check opens nothing. */
import type { Config } from '../config/schema.ts';
import type { Probe } from '../xmpp/probe.ts';
import type { StreamFeatures } from '../xmpp/stream-features.ts';
import type { EjabberdSettings } from './ejabberd-settings.ts';
import type { Finding } from './finding.ts';

/** What was seen, or why it was not. */
export type Seen<T> = { readonly seen: T } | { readonly unseen: string };

/** A listener for clients, looked at from outside. */
export interface Door {
  readonly port: number;
  readonly features: Seen<StreamFeatures>;
}

/** What ejabberdctl knows of the running node. */
export interface Running {
  /** As Erlang says it: 23.01-1, 24.12. */
  readonly version: string;
  readonly loglevel: Seen<string>;
  /** Connections that hold the domain of the site's component, on this node. */
  readonly holders: Seen<number>;
  /** Our compiled modules: are those that run the ones in our folder? */
  readonly code: Seen<readonly LoadedModule[]>;
  /** Open files that the process may have. */
  readonly files: Seen<number>;
}

export interface LoadedModule {
  readonly name: string;
  /** Does ejabberd find the very file that was built with this program? */
  readonly sameFile: boolean;
  /** Does it run what is in the file that it finds? */
  readonly isCurrent: boolean;
}

/** A session as the bridge opens one, with a ticket and without a presence. */
export interface Login {
  /** Was a ticket of another secret refused? */
  readonly refusesForged: boolean;
  readonly probe: Probe;
}

export interface Database {
  readonly tables: readonly string[];
  /** Its clock, in seconds ahead of ours. */
  readonly clock: number;
}

/** What bridge/site says of the site's queries or API. */
export interface DirectoryFacts {
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

export interface Facts {
  readonly bridge: Config;
  readonly ejabberd: EjabberdSettings;
  /** The address that ejabberd sees when somebody connects from here to where the bridge does. */
  readonly from: Seen<string>;
  /** Absent when only a file of settings was given. */
  readonly running?: Running;
  readonly doors: readonly Door[];
  readonly login: Seen<Login>;
  /** Of ejabberd: absent when it has none in MySQL. */
  readonly archive?: Seen<Database>;
  /** Of the bridge. */
  readonly store: Seen<Database>;
  readonly directory: Seen<DirectoryFacts>;
}

export type Check = (facts: Facts) => readonly Finding[];
