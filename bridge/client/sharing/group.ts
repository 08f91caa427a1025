/**
 * One page among those of a browser that chat as the same user.
 *
 *   following --the lock is granted--> leading --the lock is stolen--> following
 *   following: shows what the leader says; while it is looked at, it steals the lock of a leader that is silent
 *   leading: runs the connection, from the tab and the cursor of the leader before it
 */
import type { PollAnswer } from '../answers.ts';
import type { Connection } from '../connection.ts';
import type { Parts } from '../options.ts';
import { isShutOut } from '../state.ts';
import type { Store } from '../store.ts';
import type { Seat, UplinkPorts } from '../uplink.ts';
import { Election } from './election.ts';
import { Follower } from './follower.ts';
import { Leader } from './leader.ts';
import { Membership } from './membership.ts';
import type { Message, Saying } from './messages.ts';
import { Questions } from './questions.ts';
import { ToldActivity } from './told-activity.ts';
import { Watch } from './watch.ts';

export interface GroupOptions {
  readonly parts: Parts;
  readonly store: Store;
  readonly ports: UplinkPorts;
  readonly connection: Connection;
  readonly locks: LockManager;
  readonly user: string;
  /** Is the person at this page? */
  readonly active: boolean;
}

export class Group {
  readonly user: string;
  readonly #options: GroupOptions;
  readonly #membership: Membership;
  readonly #election: Election;
  readonly #questions: Questions;
  readonly #watch: Watch;
  readonly #follower: Follower;
  /** Undefined while this page follows. */
  #leader: Leader | undefined;
  readonly #told: ToldActivity;

  constructor(options: GroupOptions) {
    const { parts, store, ports, locks, user } = options;
    const name = JSON.stringify(['im', parts.url, user]);
    this.#options = options;
    this.user = user;
    this.#follower = new Follower(store, ports, user);
    this.#membership = new Membership(name, options.active, (message) => this.#heard(message));
    this.#questions = new Questions({ membership: this.#membership, now: parts.now });
    this.#election = new Election(locks, name, {
      elected: () => void this.#lead(),
      deposed: () => this.#deposed(),
      impossible: () => void this.#lead(),
    });
    this.#watch = new Watch({
      ask: () => this.#post({ type: 'ping' }),
      silent: () => this.#election.steal(),
      random: parts.random,
    });
    this.#told = new ToldActivity((active) => options.connection.setActive(active));
    this.#join(locks, `${name} ${this.#membership.me}`);
  }

  get seat(): Seat | undefined {
    return this.#leader === undefined ? this.#follower.seat : this.#options.connection.seat;
  }

  /** Does no other page share the connection? */
  get isAlone(): boolean {
    return this.#membership.isAlone;
  }

  /** The others go on, with the seat, if there are any. */
  leave(): void {
    const { seat } = this;
    if (seat !== undefined) this.#options.connection.adopt(seat);
    this.#options.connection.end();
    this.#leader?.end();
    this.#watch.end();
    this.#membership.leave();
    this.#election.stepDown();
  }

  /** The person wishes to connect. */
  start(): void {
    if (this.#leader === undefined) this.#post({ type: 'wake', start: true });
    else this.#options.connection.start();
  }

  looked(): void {
    if (this.#leader !== undefined) return;
    this.#watch.start();
    this.#post({ type: 'wake', start: false });
  }

  hidden(): void {
    this.#watch.end();
  }

  lost(tab: string): void {
    if (this.#leader === undefined) this.#post({ type: 'lost', tab });
    else this.#options.connection.lost(tab);
  }

  setActive(active: boolean): Promise<void> {
    this.#membership.setActive(active);
    return this.#leader === undefined ? Promise.resolve() : this.#tellActive();
  }

  used(): void {
    this.#membership.used();
  }

  /** Is it this page that polls? Another may have taken the lock while this one stood still. */
  async isOurs(): Promise<boolean> {
    const { client, pages } = this.#membership;
    if (client === undefined) return true;
    const standings = await this.#election.look();
    if (standings?.holder === undefined) return true;
    pages.prune(new Set([standings.holder, ...standings.waiting]));
    return standings.holder === client;
  }

  /** The connection has a seat. */
  seated(isNewTab: boolean): void {
    if (isNewTab) this.#told.isNew();
    this.#leader?.seated(isNewTab);
    void this.#tellActive().catch(() => undefined); // told again with the next seat
  }

  polled(answer: PollAnswer, seat: Seat): void {
    this.#leader?.polled(answer, seat);
  }

  #join(locks: LockManager, unique: string): void {
    this.#election.stand();
    this.#questions.askForWelcome();
    this.#watch.start();
    void this.#membership.tellClient(locks, unique);
  }

  async #lead(): Promise<void> {
    const { connection, store, ports } = this.#options;
    const { me, pages } = this.#membership;
    this.#watch.end();
    const post = (saying: Saying): void => this.#post(saying);
    const leader = new Leader({ me, pages, connection, store, ports, post });
    this.#leader = leader;
    const { seat } = this.#follower;
    if (seat !== undefined) connection.readOn(seat);
    else {
      const offered = await this.#askForSeat();
      if (this.#leader !== leader) return;
      if (offered !== undefined) connection.adopt(offered);
      connection.start();
    }
    await this.isOurs(); // the one before may have gone without a word
    if (this.#leader !== leader) return;
    leader.welcome();
    void this.#tellActive().catch(() => undefined); // there is no seat yet: `seated` follows
  }

  #deposed(): void {
    const { connection } = this.#options;
    this.#told.forget();
    this.#follower.seat = connection.seat;
    connection.end();
    this.#leader?.end();
    this.#leader = undefined;
    this.#election.stand();
    this.#questions.askForWelcome();
    this.#watch.start();
  }

  /** Of the leader before, when this page has come too late to hear of it. */
  async #askForSeat(): Promise<Seat | undefined> {
    const standings = await this.#election.look();
    if ((standings?.waiting.length ?? 0) === 0) return undefined;
    return this.#questions.askForSeat();
  }

  #heard(message: Message): void {
    if (message.type === 'hello' && message.wants === 'seat') this.#offerSeat();
    if (this.#leader === undefined) this.#heardAsFollower(message);
    else this.#heardAsLeader(message, this.#leader);
  }

  #heardAsLeader(message: Message, leader: Leader): void {
    const { connection } = this.#options;
    switch (message.type) {
      case 'hello':
        leader.welcome(message.from);
        if (isShutOut(this.#options.store.state)) connection.start(); // a new page may ask anew
        return;
      case 'ping':
        this.#post({ type: 'pong' });
        return;
      case 'lost':
        connection.lost(message.tab);
        return;
      case 'wake':
        connection.pauses.wake();
        if (message.start) connection.start();
        return;
      case 'seat':
        this.#questions.offered(message.seat);
        return;
      case 'here':
      case 'bye':
        void this.#tellActive().catch(() => undefined); // told again when there is a seat
        return;
      case 'pong':
      case 'standing':
      case 'welcome':
      case 'news': // of a page that has been deposed, and does not know it yet
    }
  }

  #heardAsFollower(message: Message): void {
    switch (message.type) {
      case 'welcome':
        this.#watch.heard();
        if (message.to !== undefined && message.to !== this.#membership.me) return;
        this.#membership.pages.learn(message.pages);
        this.#follower.welcome(message);
        return;
      case 'news':
        this.#watch.heard();
        if (!this.#follower.news(message, message.ringer === this.#membership.me))
          this.#questions.askForWelcome();
        return;
      case 'standing':
        this.#watch.heard();
        this.#follower.standing(message);
        return;
      case 'pong':
        this.#watch.heard();
        return;
      case 'hello':
      case 'here':
      case 'bye':
      case 'ping':
      case 'lost':
      case 'wake':
      case 'seat': // said to the leader
    }
  }

  #offerSeat(): void {
    const { seat } = this;
    if (seat !== undefined) this.#post({ type: 'seat', seat });
  }

  /** Of all pages together. A tab without a seat is told when it has one. */
  #tellActive(): Promise<void> {
    return this.#told.tell(this.#membership.pages.anyActive);
  }

  #post(saying: Saying): void {
    this.#membership.say(saying);
  }
}
