/** How each part of a stack is started, and what it needs of those before it. */
import { join } from 'node:path';
import type { Config } from '../../bridge/config/schema.ts';
import { operatorCorner } from '../demo/operator-corner.ts';
import { demoQueries } from '../demo/site/queries.ts';
import type { SiteSettingsInput } from '../demo/site/settings.ts';
import { seed } from '../demo/site/seed.ts';
import { startEjabberd, type Ejabberd, type EjabberdOptions } from './ejabberd.ts';
import type { EjabberdPorts } from './ejabberd-config.ts';
import { ensureDatabase, startMariadb, type Mariadb } from './mariadb.ts';
import { startProgram } from './program.ts';
import { ROOT, built } from './root.ts';
import {
  DATABASE,
  SITE_DATABASE,
  secretsOf,
  settingsFor,
  writeSettings,
  writeSiteSettings,
  type SettingsChange,
} from './settings.ts';
import type { StackPorts } from './stack-ports.ts';
import { SupervisorPids } from './supervisor-pids.ts';

export type PartName = 'mariadb' | 'ejabberd' | 'component' | 'site' | 'bridge';

/** A part that runs. */
export interface Part {
  readonly pid: number;
  readonly exited: Promise<unknown>;
  readonly logFile: string;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** What the parts are started from. */
export interface Plan {
  /** Absolute. */
  readonly dir: string;
  readonly domain: string;
  readonly ports: StackPorts;
  readonly users: number;
  readonly friends: number;
  readonly change: SettingsChange;
  /** A port for BOSH, if there is to be one. */
  readonly bosh?: number | undefined;
}

type Say = (text: string) => void;

/** Starts parts, and remembers what later ones need to know of earlier ones. */
export class Starters {
  readonly #plan: Plan;
  readonly #onPids: () => void;
  #mariadb: Mariadb | undefined;
  #ejabberd: Ejabberd | undefined;
  #settings: { readonly path: string; readonly config: Config } | undefined;
  #pids: SupervisorPids | undefined;

  /** `onPids` is called when the supervisor has another worker. */
  constructor(plan: Plan, onPids: () => void) {
    this.#plan = plan;
    this.#onPids = onPids;
  }

  get mariadb(): Mariadb {
    return up(this.#mariadb, 'mariadb');
  }

  get ejabberd(): Ejabberd {
    return up(this.#ejabberd, 'ejabberd');
  }

  /** im-bridge.yml: there once MariaDB is up. */
  get settings(): { readonly path: string; readonly config: Config } {
    return up(this.#settings, 'mariadb');
  }

  /** The bridge's processes. */
  get bridgePids(): Readonly<Record<string, number>> {
    return this.#pids?.current ?? {};
  }

  start(name: PartName, say: Say): Promise<Part> {
    switch (name) {
      case 'mariadb':
        return this.#startMariadb(say);
      case 'ejabberd':
        return this.#startEjabberd(say);
      case 'component':
        return this.#startComponent(say);
      case 'site':
        return this.#startSite(say);
      case 'bridge':
        return this.#startBridge(say);
    }
  }

  async #startMariadb(say: Say): Promise<Part> {
    const { dir, ports, domain, change, users, friends } = this.#plan;
    const mariadb = await startMariadb({ dir: join(dir, 'mariadb'), port: ports.mysql });
    this.#mariadb = mariadb;
    for (const name of [DATABASE, SITE_DATABASE]) await ensureDatabase(mariadb, name);
    say('MariaDB is up');
    const { socket, user, password } = mariadb;
    const account = { socket, user, password };
    this.#settings = writeSettings(
      dir,
      settingsFor({ domain, ports, mysql: account, queries: demoQueries, secrets: secretsOf(dir), change }),
    );
    const { usersAdded } = await seed({ ...account, database: SITE_DATABASE }, { users, friends });
    if (usersAdded > 0) say(`the demo site has ${usersAdded} new accounts`);
    return mariadb;
  }

  async #startEjabberd(say: Say): Promise<Part> {
    const { dir, ports } = this.#plan;
    const { xmpp: c2s, native, component, api, epmd, dist } = ports;
    this.#ejabberd = await startEjabberd({
      ...this.#ejabberdOptions(),
      dir: join(dir, 'ejabberd'),
      ports: { c2s, native, component, api, epmd, dist },
    });
    say('ejabberd is up');
    return this.#ejabberd;
  }

  /** A second ejabberd on ports of its own, not yet in a cluster with the first. Its owner stops it. */
  startSecondEjabberd(ports: Omit<EjabberdPorts, 'epmd'>): Promise<Ejabberd> {
    const { dir } = this.#plan;
    return startEjabberd({
      ...this.#ejabberdOptions(),
      dir: join(dir, 'second'),
      ports: { ...ports, epmd: this.#plan.ports.epmd },
      joins: join(dir, 'ejabberd'),
    });
  }

  #ejabberdOptions(): Omit<EjabberdOptions, 'dir' | 'ports'> {
    const { socket, host, port, user, password } = this.mariadb;
    return {
      domain: this.#plan.domain,
      mysql: { socket, host, port, user, password, database: DATABASE },
      extauth: authProgram(this.settings.path),
      componentSecret: this.settings.config.component.secret,
      bosh: this.#plan.bosh,
      ebin: join(ROOT, 'dist/ejabberd-modules/ebin'),
    };
  }

  async #startComponent(say: Say): Promise<Part> {
    const { dir, ports } = this.#plan;
    const component = await startProgram({
      name: 'component',
      script: 'ejabberd-modules/component/main.js',
      args: ['--config', this.settings.path],
      dir,
      readyUrl: `http://127.0.0.1:${ports.componentAdmin}/ready`,
    });
    say('the component is up');
    return component;
  }

  async #startSite(say: Say): Promise<Part> {
    const { dir, ports } = this.#plan;
    const site = await startProgram({
      name: 'site',
      script: 'test/demo/site/server.js',
      args: ['--config', writeSiteSettings(dir, this.#siteSettings())],
      dir,
      readyUrl: `http://127.0.0.1:${ports.site}/`,
    });
    say('the demo site is up');
    return site;
  }

  #siteSettings(): SiteSettingsInput {
    const { dir, ports } = this.#plan;
    const { secret, audience } = this.settings.config.token;
    const { socket, user, password } = this.mariadb;
    return {
      port: ports.site,
      bridgeUrl: `http://127.0.0.1:${ports.bridge}`,
      mysql: { socket, user, password, database: SITE_DATABASE },
      token: { secret: secret ?? '', audience },
      operator: operatorCorner({
        dir,
        ports,
        config: this.settings.path,
        ejabberdctl: this.ejabberd.ctlCommand,
      }),
    };
  }

  async #startBridge(say: Say): Promise<Part> {
    const { dir, ports } = this.#plan;
    this.#pids?.close();
    const pids = new SupervisorPids(join(dir, 'bridge'), this.#onPids);
    this.#pids = pids;
    const bridge = await startProgram({
      name: 'bridge',
      script: 'bridge/supervisor.js',
      args: ['--config', this.settings.path, '--pid-file', pids.path],
      dir,
      readyUrl: `http://127.0.0.1:${ports.admin}/ready`,
    });
    say('the bridge is up');
    return bridge;
  }
}

/** ejabberd splits the line at blanks, so none of its words may have one. */
function authProgram(settings: string): string {
  const words = [process.execPath, built('ejabberd-modules/auth/extauth.js'), '--config', settings];
  const bad = words.find((word) => /\s/.test(word));
  if (bad !== undefined) throw new Error(`ejabberd can't use a path with a blank in it: ${bad}`);
  return words.join(' ');
}

function up<T>(part: T | undefined, name: PartName): T {
  if (part === undefined) throw new Error(`${name} has not been started`);
  return part;
}
