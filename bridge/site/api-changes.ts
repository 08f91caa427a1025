/** The list of changes behind the site's JSON API. */
import { changesAnswer, parsed } from './api-answer.ts';
import type { ApiClient } from './api-client.ts';
import { ApiFault } from './api-fault.ts';
import { changesOf, MOST_CHANGES } from './change-rows.ts';
import type { Change, Changes } from './changes.ts';

export class ApiChanges implements Changes {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** None from a site that keeps no such list: it answers 404. */
  async next(): Promise<readonly Change[]> {
    const answer = await this.#client.ask({ about: 'changes', method: 'GET', path: '/changes' });
    return answer === undefined ? [] : changesOf(parsed(changesAnswer, answer).changes);
  }

  /** Asked again where `next` would be: done twice is done. */
  async done(ids: readonly string[]): Promise<void> {
    for (let start = 0; start < ids.length; start += MOST_CHANGES) {
      const body = { ids: ids.slice(start, start + MOST_CHANGES) };
      const answer = await this.#client.ask({
        about: 'changesDone',
        method: 'POST',
        path: '/changes/done',
        body,
      });
      if (answer === undefined)
        throw new ApiFault('status', 'the site answered 404', { status: 404, sent: true });
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}
