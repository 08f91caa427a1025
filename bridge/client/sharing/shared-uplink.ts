/**
 * One connection for all pages of a browser that chat as the same user.
 *
 *   away --start--> asking (the site: who is signed in?) --somebody--> in their group (group.ts)
 *   asking, in a group --nobody is signed in--> away
 *   in a group --somebody else is signed in--> in their group
 *   in a group --stop, giveUp--> away
 *   in a group --freeze--> frozen --resume--> asking
 *
 * Names of locks and channels carry the bridge's address and the user: users never meet. Each page asks the site
 * itself, so a page never shows what it would not be let see.
 */
import { Connection } from '../connection.ts';
import { asFault } from '../faults.ts';
import { Latest } from '../latest.ts';
import type { Parts } from '../options.ts';
import { backOff } from '../recovery.ts';
import { NOTHING } from '../state.ts';
import type { Store } from '../store.ts';
import { identify, type Identity } from '../token-source.ts';
import type { Seat, Uplink, UplinkPorts } from '../uplink.ts';
import { Group } from './group.ts';
import { followLifeCycle } from './life-cycle.ts';
import { Rumours } from './rumours.ts';

/** Milliseconds that a token which was asked for at the start may be used for the first connect. */
const FRESH_FOR = 10_000;

export class SharedUplink implements Uplink {
  readonly #parts: Parts;
  readonly #store: Store;
  readonly #ports: UplinkPorts;
  readonly #locks: LockManager;
  readonly #connection: Connection;
  readonly #recheck = new Latest<void>(() => this.#askAgain());
  /** Undefined while away or frozen. */
  #life: AbortController | undefined;
  #rumours: Rumours | undefined;
  #group: Group | undefined;
  #fresh: { readonly identity: Identity; readonly at: number } | undefined;
  #active = true;
  #wasAlone = true;
  #unfollow: (() => void) | undefined;
  #isFrozen = false;

  constructor(parts: Parts, store: Store, ports: UplinkPorts, locks: LockManager) {
    this.#parts = parts;
    this.#store = store;
    this.#ports = ports;
    this.#locks = locks;
    this.#connection = new Connection({ ...parts, token: () => this.#token() }, store, {
      identified: () => undefined, // known before
      seated: (isNewTab) => this.#group?.seated(isNewTab),
      polled: (answer, seat) => this.#group?.polled(answer, seat),
      tellActive: ports.tellActive,
      isOurs: () => this.#group?.isOurs() ?? Promise.resolve(true),
    });
  }

  get pauses(): Connection['pauses'] {
    return this.#connection.pauses;
  }

  get seat(): Seat | undefined {
    return this.#group?.seat;
  }

  start(): void {
    if (this.#life !== undefined) return this.#group?.start();
    const life = new AbortController();
    this.#life = life;
    this.#isFrozen = false;
    this.#rumours = new Rumours(this.#parts.url, (user) => {
      if (this.#group !== undefined && this.#group.user !== user) void this.#recheck.put();
    });
    this.#unfollow ??= this.#follow();
    this.#store.change({ status: this.#store.state.snapshot === undefined ? 'connecting' : 'reconnecting' });
    void this.#ask(life.signal);
  }

  stop(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
    if (this.#end() || this.#isFrozen) this.#store.change({ status: 'idle' });
    this.#isFrozen = false;
  }

  giveUp(why: 'page-goes' | 'signed-out'): Seat | undefined {
    if (why === 'signed-out') this.#rumours?.say(undefined);
    this.stop();
    const seat = this.#connection.giveUp();
    return this.#wasAlone ? seat : undefined;
  }

  lost(tab: string): void {
    this.#group?.lost(tab);
  }

  setActive(active: boolean): Promise<void> {
    this.#active = active;
    return this.#group?.setActive(active) ?? Promise.resolve();
  }

  used(): void {
    this.#group?.used();
  }

  #follow(): () => void {
    return followLifeCycle(document, {
      visible: () => this.#group?.looked(),
      hidden: () => this.#group?.hidden(),
      frozen: () => {
        this.#isFrozen = this.#end();
      },
      thawed: () => {
        if (this.#isFrozen) this.start();
      },
    });
  }

  /** Ends all but what is shown. Was there anything to end? */
  #end(): boolean {
    const life = this.#life;
    this.#life = undefined;
    life?.abort(new Error('stopped'));
    this.#leaveGroup();
    this.#rumours?.close();
    this.#rumours = undefined;
    return life !== undefined;
  }

  #leaveGroup(): void {
    if (this.#group !== undefined) this.#wasAlone = this.#group.isAlone;
    this.#group?.leave();
    this.#group = undefined;
    this.#connection.end();
  }

  /** Asks until there is an answer. */
  async #ask(life: AbortSignal): Promise<void> {
    for (let failures = 0; !life.aborted; failures += 1) {
      try {
        this.#enter(await identify(this.#parts.token, life));
        return;
      } catch (error) {
        if (this.#life?.signal !== life) return;
        const { code, message } = asFault(error);
        this.#store.change({ problem: { code, message } });
        await this.pauses.wait(backOff(failures, this.#parts.random), life);
      }
    }
  }

  /** Somebody in this browser has heard something else. A site that does not answer now changes nothing. */
  async #askAgain(): Promise<void> {
    const [life, group] = [this.#life?.signal, this.#group];
    if (life === undefined || group === undefined) return;
    try {
      const identity = await identify(this.#parts.token, life);
      this.#learnt(group, identity);
    } catch {
      // The bridge ends the tab of somebody who has signed out, and that leads to another question.
    }
  }

  /** The leader's, when it has to connect. */
  async #token(): Promise<Identity | undefined> {
    const [group, fresh] = [this.#group, this.#fresh];
    this.#fresh = undefined;
    if (fresh !== undefined && this.#parts.now() - fresh.at < FRESH_FOR) return fresh.identity;
    const identity = await this.#parts.token();
    if (group !== undefined) this.#learnt(group, identity);
    return identity;
  }

  /** What the site has said while the page was in this group. */
  #learnt(group: Group, identity: Identity | undefined): void {
    if (this.#group === group && identity?.user !== group.user) this.#enter(identity);
  }

  #enter(identity: Identity | undefined): void {
    this.#leaveGroup();
    if (this.#connection.kept?.user !== identity?.user) this.#connection.giveUp();
    this.#rumours?.say(identity?.user);
    if (identity === undefined) {
      this.#end();
      this.#store.set({ ...NOTHING, status: 'signed-out' });
      return;
    }
    const { user } = identity;
    this.#fresh = { identity, at: this.#parts.now() };
    this.#ports.identified(user);
    this.#group = new Group({
      parts: this.#parts,
      store: this.#store,
      ports: this.#ports,
      connection: this.#connection,
      locks: this.#locks,
      user,
      active: this.#active,
    });
  }
}
