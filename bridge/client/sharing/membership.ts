/** A page among the others: what it says of itself, and what it has heard of them. */
import { newCid } from '../options.ts';
import { openChannel, type Channel } from './channel.ts';
import { ownClientId } from './election.ts';
import { readMessage, type Message, type Saying } from './messages.ts';
import { Pages, type PageInfo } from './pages.ts';

export class Membership {
  readonly me = newCid();
  readonly pages = new Pages();
  readonly #channel: Channel;
  readonly #heard: (message: Message) => void;
  #active: boolean;
  #client: string | undefined;

  /** `heard` is told of what others say, when that has been noted here. */
  constructor(name: string, active: boolean, heard: (message: Message) => void) {
    this.#active = active;
    this.#heard = heard;
    this.#channel = openChannel(name, (message) => this.#take(message));
    this.pages.here(this.self);
  }

  /** The browser's own name for this page, as soon as it is known. */
  get client(): string | undefined {
    return this.#client;
  }

  get self(): PageInfo {
    const client = this.#client;
    return { id: this.me, active: this.#active, ...(client !== undefined && { client }) };
  }

  /** Does no other page share the connection? */
  get isAlone(): boolean {
    return !this.pages.othersThan(this.me);
  }

  /** Asks the browser for its name for this page, and tells it. To be called after the page has asked for the lock. */
  async tellClient(locks: LockManager, unique: string): Promise<void> {
    this.#client = await ownClientId(locks, unique);
    this.#sayHere();
  }

  setActive(active: boolean): void {
    this.#active = active;
    this.#sayHere();
  }

  used(): void {
    if (this.pages.last !== this.me) this.#sayHere();
  }

  say(saying: Saying): void {
    this.#channel.post({ from: this.me, ...saying });
  }

  leave(): void {
    this.say({ type: 'bye' });
    this.#channel.close();
  }

  #sayHere(): void {
    this.pages.here(this.self);
    this.say({ type: 'here', page: this.self });
  }

  #take(value: unknown): void {
    const message = readMessage(value);
    if (message === undefined || message.from === this.me) return;
    if (message.type === 'hello' || message.type === 'here') this.pages.here(message.page);
    if (message.type === 'bye') this.pages.gone(message.from);
    this.#heard(message);
  }
}
