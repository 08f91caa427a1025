/** The JSON API of the site's web app: docs/directory.md has its endpoints. */
import {
  areFriendsAnswer,
  friendsAnswer,
  mayChatAnswer,
  parsed,
  passwordAnswer,
  userAnswer,
  type JsonObject,
} from './api-answer.ts';
import type { ApiClient } from './api-client.ts';
import type { PasswordAnswer, Question, Row, Source } from './source.ts';

export class ApiSource implements Source {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  async user(id: string): Promise<Row | undefined> {
    const answer = await this.#get('user', id);
    return answer && parsed(userAnswer, answer);
  }

  async friends(id: string): Promise<readonly Row[]> {
    const answer = await this.#get('friends', id, 'friends');
    return answer === undefined ? [] : parsed(friendsAnswer, answer).friends;
  }

  async areFriends(a: string, b: string): Promise<boolean> {
    const other = segment(b);
    const answer = other === undefined ? undefined : await this.#get('areFriends', a, `friends/${other}`);
    return answer !== undefined && parsed(areFriendsAnswer, answer).friends;
  }

  async mayChat(id: string): Promise<boolean> {
    const answer = await this.#get('mayChat', id, 'chat');
    return answer !== undefined && parsed(mayChatAnswer, answer).chat;
  }

  /** In a body: addresses are written into logs. Not asked again: a site counts wrong passwords. */
  async password(id: string, password: string): Promise<PasswordAnswer> {
    const user = segment(id);
    if (user === undefined) return { right: false };
    const path = `/users/${user}/password`;
    const answer = await this.#client.ask({
      about: 'password',
      method: 'POST',
      path,
      body: { password },
      once: true,
    });
    return { right: answer !== undefined && parsed(passwordAnswer, answer).ok };
  }

  /** The site's web app may start after us, and counts its own connections. */
  checkAtStart(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #get(about: Question, id: string, rest?: string): Promise<JsonObject | undefined> {
    const user = segment(id);
    if (user === undefined) return undefined;
    const path = rest === undefined ? `/users/${user}` : `/users/${user}/${rest}`;
    return await this.#client.ask({ about, method: 'GET', path });
  }
}

/**
 * An id as a part of a path. Not `.` and `..`, which are user ids: on the way they would become another path,
 * also as %2E (RFC 3986, section 5.2.4, and WHATWG URL). A site that is asked by its API can't have such users.
 */
function segment(id: string): string | undefined {
  return id === '.' || id === '..' ? undefined : encodeURIComponent(id);
}
