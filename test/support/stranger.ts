/** Somebody without friends who tries all the time to reach others, whatever happens to the server. */
import { setTimeout as sleep } from 'node:timers/promises';
import xml from '@xmpp/xml';
import type { NativeClient } from './native-client.ts';
import type { Person } from './story.ts';

/** Milliseconds between two rounds: a flood would be refused for other reasons. */
const PAUSE = 100;

export class Stranger {
  readonly #person: Person;
  readonly #domain: string;
  readonly #targets: () => readonly string[];
  #ending = false;
  #running: Promise<void> | undefined;
  /** Messages that came back as errors. */
  refused = 0;

  /** `targets` are addresses, bare or full; asked for before each round. */
  constructor(person: Person, domain: string, targets: () => readonly string[]) {
    this.#person = person;
    this.#domain = domain;
    this.#targets = targets;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#ending = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#ending) {
      await this.#pester().catch(() => undefined); // refused, or cut: in again
      await sleep(PAUSE);
    }
  }

  async #pester(): Promise<void> {
    const client = await this.#person.native();
    let counted = 0;
    while (!this.#ending) {
      for (const to of this.#targets()) annoy(client, to);
      await client.iq('get', xml('ping', { xmlns: 'urn:xmpp:ping' }), this.#domain); // rejects on a closed stream
      const errors = client.seen.filter((stanza) => stanza.is('message') && stanza.attrs['type'] === 'error');
      this.refused += errors.length - counted;
      counted = errors.length;
      await sleep(PAUSE);
    }
  }
}

function annoy(client: NativeClient, to: string): void {
  client.chat(to, 'let me in');
  client.presence({ to });
  client.presence({ to, type: 'subscribe' });
  client.send(xml('iq', { to, type: 'get', id: 'who' }, xml('query', { xmlns: 'jabber:iq:version' })));
}
