/**
 * Who has the chat, as a worker knows it: the rules and lists are in MySQL, so that all workers agree, and are looked at every
 * few seconds; who is taken out loses the session with `bye`.
 *
 * When they can't be read, they stay as they were last. When the site can't say, nobody new comes in (`unavailable`, so that
 * tabs try again), and nobody is sent away.
 */
import type { Log } from '../log.ts';
import type { Sessions } from '../session/sessions.ts';
import { EVERYBODY, isChosen, type RolloutList, type RolloutRules, type RolloutSource } from './chosen.ts';

/** Milliseconds between two looks: one small query each. */
const EVERY = 5000;
/** Looks after a change in which all sessions are gone through: one that was being opened is there in the second. */
const ROUNDS = 2;
/** Where the site decides, it is asked again for each session within so many looks: ten minutes. */
const SITE_ROUND = 120;
/** Sessions at once that are ended, or asked for. */
const AT_ONCE = 10;

export interface RolloutOptions {
  readonly source: RolloutSource;
  /** @throws when the site does not say */
  readonly askSite: (user: string) => Promise<boolean>;
  readonly sessions: Pick<Sessions, 'all' | 'dismiss'>;
  readonly log: Log;
}

export class Rollout {
  readonly #options: RolloutOptions;
  #rules: RolloutRules = EVERYBODY;
  #list: RolloutList = new Map();
  #rounds = ROUNDS;
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;
  #isReadable = true;

  constructor(options: RolloutOptions) {
    this.#options = options;
  }

  /** @throws when it can't be read: a worker does not begin with a guess */
  async begin(): Promise<void> {
    const { source } = this.#options;
    this.#rules = await source.rules();
    this.#list = await source.list();
    this.#timer = setTimeout(() => void this.#lookAgain(), EVERY);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** May this user come in? @throws when that is for the site to say, and it does not */
  async has(user: string): Promise<boolean> {
    const chosen = isChosen(user, this.#rules, this.#list);
    return chosen === 'ask' ? await this.#options.askSite(user) : chosen;
  }

  async #lookAgain(): Promise<void> {
    try {
      await this.look();
      this.#isReadable = true;
    } catch (error) {
      if (this.#isReadable) this.#options.log.event('rollout-not-read', { err: error });
      this.#isReadable = false;
    }
    if (this.#timer !== undefined) this.#timer = setTimeout(() => void this.#lookAgain(), EVERY);
  }

  /** Takes in what has changed, and ends sessions of who is out. @throws when it can't be read */
  async look(): Promise<void> {
    const { source, log } = this.#options;
    const rules = await source.rules();
    if (rules.version !== this.#rules.version) {
      this.#list = await source.list();
      this.#rules = rules;
      this.#rounds = ROUNDS;
      const { by, percent, version } = rules;
      log.event('rollout-changed', { by, percent, version, listed: this.#list.size });
    }
    await this.#sendAway();
  }

  async #sendAway(): Promise<void> {
    const users = this.#options.sessions.all.map(({ session }) => session.user);
    this.#turn = (this.#turn + 1) % SITE_ROUND;
    const asked = users.filter((user, index) => this.#isDue(isChosen(user, this.#rules, this.#list), index));
    this.#rounds = Math.max(0, this.#rounds - 1);
    while (asked.length > 0)
      await Promise.all(asked.splice(0, AT_ONCE).map((user) => this.#sendAwayIfOut(user)));
  }

  /** Of all while there is something new; else of some, where the site decides. */
  #isDue(chosen: boolean | 'ask', index: number): boolean {
    if (chosen === 'ask') return this.#rounds > 0 || index % SITE_ROUND === this.#turn;
    return this.#rounds > 0 && !chosen;
  }

  async #sendAwayIfOut(user: string): Promise<void> {
    const stays = await this.has(user).catch(() => true);
    if (!stays) await this.#options.sessions.dismiss(user, 'removed');
  }
}
