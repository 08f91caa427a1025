/**
 * What ejabberd is told of a change (site_push.erl). Each job asks the site first, and pushes what is so; it may be
 * done again, and by several at once. When the site does not answer, what it may have taken away is taken away.
 */
import { xml } from '@xmpp/component';
import type { Element } from '@xmpp/xml';
import { cleanText } from '../../bridge/clean-text.ts';
import type { Directory } from '../../bridge/site/directory.ts';
import { addressOf, localPartOf } from '../../bridge/xmpp/jid.ts';
import { NS } from '../../bridge/xmpp/namespaces.ts';
import type { Job } from './jobs.ts';

/** Friends in one push of a new name: about 20 KB. */
const FRIENDS = 200;

export interface PushOptions {
  readonly domain: string;
  readonly directory: Directory;
  /** Sends a push, and waits until ejabberd has done it. @throws StanzaError, NoAnswer */
  readonly push: (payload: Element) => Promise<unknown>;
  /** Makes the tokens that somebody has worthless. */
  readonly signOut: (user: string) => Promise<void>;
}

export class Pushes {
  readonly #options: PushOptions;

  constructor(options: PushOptions) {
    this.#options = options;
  }

  /** @throws when it is not done: the site, ejabberd or a table of ours did not answer. */
  async do(job: Job): Promise<void> {
    switch (job.about) {
      case 'friends':
        await this.#friends(job);
        return;
      case 'user':
        await this.#user(job);
        return;
      case 'sign-out':
        await this.#signOut(job.user);
    }
  }

  /** The streams end also when the tokens can't be made worthless; it is not done then. */
  async #signOut(user: string): Promise<void> {
    try {
      await this.#options.signOut(user);
    } finally {
      await this.#push(user, xml('signed-out'));
    }
  }

  async #friends({ user, friend, lost }: Extract<Job, { about: 'friends' }>): Promise<void> {
    const areFriends = (): Promise<boolean> => this.#options.directory.areFriends(user, friend);
    const refresh = (): Promise<unknown> =>
      Promise.all([this.#push(user, xml('refresh')), this.#push(friend, xml('refresh'))]);
    const part = (): Promise<unknown> =>
      Promise.all([this.#push(user, this.#remove(friend)), this.#push(friend, this.#remove(user))]);
    if (await orAfter(areFriends, lost, part)) {
      await refresh();
      return;
    }
    await part();
    // Friends again meanwhile, and another instance had said so before us?
    if (await areFriends()) await refresh();
  }

  async #user({ user, lost }: Extract<Job, { about: 'user' }>): Promise<void> {
    const who = (): ReturnType<Directory['user']> => this.#options.directory.user(user);
    const gone = (): Promise<unknown> => this.#push(user, xml('gone'));
    let person = await orAfter(who, lost, gone);
    if (person === undefined) {
      await gone();
      person = await who();
    }
    if (person !== undefined) await this.#renamed(user, person.name);
  }

  /** The own list as well: somebody who was suspended has none. */
  async #renamed(user: string, name: string): Promise<void> {
    const friends = await this.#options.directory.friends(user);
    await this.#push(user, xml('refresh'));
    for (let start = 0; start < friends.length; start += FRIENDS) {
      const some = friends.slice(start, start + FRIENDS);
      const who = some.map(({ id }) => xml('friend', { jid: this.#address(id) }));
      await this.#push(user, xml('renamed', { name: cleanText(name) }, ...who));
    }
  }

  #remove(friend: string): Element {
    return xml('remove', { jid: this.#address(friend) });
  }

  #address(user: string): string {
    return addressOf(user, this.#options.domain);
  }

  #push(user: string, change: Element): Promise<unknown> {
    return this.#options.push(xml('push', { xmlns: NS.site, user: localPartOf(user) }, change));
  }
}

/** The answer; when there is none and it is to be feared, what is to be done then, and the fault still. */
async function orAfter<T>(ask: () => Promise<T>, feared: boolean, then: () => Promise<unknown>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (feared) await then();
    throw error;
  }
}
