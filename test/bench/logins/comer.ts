/** A page that comes when everybody does: it connects, tries again as the project's own client would, and reads by long polls. */
import { setTimeout as sleep } from 'node:timers/promises';
import { delayBefore } from '../../../bridge/client/recovery.ts';
import { readPolls } from '../compare/bridge-reading.ts';
import { BadAnswer, exchange, type Exchange } from '../compare/keep-alive.ts';

export interface ComerOptions {
  readonly url: string;
  readonly user: string;
  readonly token: () => Promise<string>;
  /** A friend to whom something is said when it is there: then the user's row is written, with all conversations. */
  readonly greets: string | undefined;
}

/** What the pages of one round have met. */
export interface Met {
  /** Connects that were told to come again, and those that were not answered in time, or cut. */
  refused: number;
  silent: number;
  /** Milliseconds of each page, from its first try to its snapshot. */
  readonly waits: number[];
  /** Messages of all snapshots together. */
  messages: number;
}

/** Milliseconds that a connect of the client's waits for its answer (bridge/client/connection.ts). */
const PATIENCE = 30_000;

/** Resolves when it has its snapshot; reads on until `closed`. */
export async function come(options: ComerOptions, met: Met, closed: AbortSignal): Promise<void> {
  const start = performance.now();
  const { url, user, greets: to, token } = options;
  const connect = post(`${url}/v1/connect`, { u: user, token: await token() });
  const { tab, cursor, conversations } = JSON.parse(await insist(connect, met)) as Connected;
  met.waits.push(performance.now() - start);
  met.messages += conversations.reduce((sum, { messages }) => sum + messages.length, 0);
  if (to !== undefined)
    await insist(post(`${url}/v1/send`, { u: user, tab, to, body: 'back', cid: tab }), met);
  const events = { arrived: () => undefined, receipts: () => undefined, lost: () => undefined };
  readPolls({ url, user, tab, cursor, closed }, events).catch(() => undefined); // the bridge was restarted
}

interface Connected {
  readonly tab: string;
  readonly cursor: string;
  readonly conversations: readonly { readonly messages: readonly unknown[] }[];
}

async function insist(what: Exchange, met: Met): Promise<string> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await exchange(what);
    } catch (error) {
      const fault = error instanceof BadAnswer ? faultIn(error) : { retryAfter: undefined };
      met[error instanceof BadAnswer ? 'refused' : 'silent'] += 1;
      await sleep(delayBefore(fault, { failures, sameStep: true, random: Math.random }));
    }
  }
}

function post(url: string, parameters: object): Exchange {
  const body = JSON.stringify(parameters);
  return { method: 'POST', url, type: 'text/plain', body, again: false, timeout: PATIENCE };
}

/** @throws the answer when trying again is of no use */
function faultIn(answer: BadAnswer): { retryAfter: number | undefined } {
  const { error } = JSON.parse(answer.text) as { error: { code: string; retryAfter?: number } };
  if (error.code !== 'unavailable' && error.code !== 'rate-limited') throw answer;
  return { retryAfter: error.retryAfter };
}
