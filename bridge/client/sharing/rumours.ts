/**
 * Who the site says is signed in, as pages of this browser have heard: one that hears of somebody else than it
 * shows asks the site itself. Nothing of a chat is said here.
 */
import { isRecord } from '../answers.ts';
import { openChannel, type Channel } from './channel.ts';

export class Rumours {
  readonly #channel: Channel;

  /** `url` is the bridge's address. */
  constructor(url: string, heard: (user: string | undefined) => void) {
    this.#channel = openChannel(JSON.stringify(['im', url]), (message) => {
      const user = isRecord(message) ? message['user'] : undefined;
      if (user === null || typeof user === 'string') heard(user ?? undefined);
    });
  }

  /** Undefined: nobody is signed in. */
  say(user: string | undefined): void {
    this.#channel.post({ user: user ?? null });
  }

  close(): void {
    this.#channel.close();
  }
}
