/** Runs a worked example, step by step, against a real bridge. */
import { blocksOf, type Block } from '../event-stream.ts';
import { ask, contentOf, printedBlocks, streamBlock, type Content, type StreamBlock } from './ask.ts';
import type { Exchange, StreamGoesOn } from './parse.ts';
import type { Placeholders } from './placeholders.ts';
import { pollOn } from './poll-on.ts';

/** What the page prints, and what the bridge answered, with the page's placeholders in it: equal, if they agree. */
export type Compared = Both<unknown>;

interface Both<T> {
  readonly printed: T;
  readonly actual: T;
}

/** After one of these a stream says no more. */
const LAST_WORDS = new Set(['superseded', 'gone']);

export class WorkedExample {
  readonly #url: string;
  readonly #names: Placeholders;
  #stream: AsyncGenerator<Block> | undefined;

  constructor(url: string, names: Placeholders) {
    this.#url = url;
    this.#names = names;
  }

  async run(step: Exchange | StreamGoesOn): Promise<Compared> {
    if (step.kind === 'stream') return this.#like(await this.#streamSays(step.text));
    const response = await ask(this.#url, step.request, this.#names);
    const { status, headers, body } = step.answer;
    const head = { status, headers };
    const told = { status: response.status, headers: headersOf(response, Object.keys(headers)) };
    const { printed, actual } = isStream(response)
      ? await this.#opened(response, body)
      : await this.#content(step, response);
    return this.#like({ printed: { head, ...printed }, actual: { head: told, ...actual } });
  }

  /** Ends what is still open. */
  async end(): Promise<void> {
    await this.#stream?.return(undefined);
  }

  async #content(step: Exchange, response: Response): Promise<Both<Content>> {
    const printed = contentOf(step.answer.body);
    const first = contentOf(await response.text());
    const json = await pollOn(first.json, printed.json, (cursor) => this.#askOn(step, cursor));
    return { printed, actual: { ...first, json } };
  }

  async #askOn({ request }: Exchange, cursor: string): Promise<unknown> {
    const path = request.path.replace(/(?<=[?&]cursor=)[^&]*/, encodeURIComponent(cursor));
    const response = await ask(this.#url, { ...request, path }, this.#names);
    return contentOf(await response.text()).json;
  }

  async #opened(response: Response, text: string): Promise<Both<object>> {
    await this.end();
    this.#stream = blocksOf(response);
    return this.#streamSays(text);
  }

  /** As many blocks as are printed; and that there are no more, where the last word has been said. */
  async #streamSays(text: string): Promise<Both<object>> {
    const blocks = await printedBlocks(text);
    const isEnd = LAST_WORDS.has(blocks.at(-1)?.event ?? '');
    const read = await this.#read(blocks.length + (isEnd ? 1 : 0));
    return { printed: { blocks }, actual: { blocks: read } };
  }

  async #read(count: number): Promise<StreamBlock[]> {
    const blocks: StreamBlock[] = [];
    while (blocks.length < count) {
      const next = await this.#stream?.next();
      if (next === undefined || next.done === true) break;
      blocks.push(streamBlock(next.value));
    }
    return blocks;
  }

  #like({ printed, actual }: Compared): Compared {
    return { printed, actual: this.#names.printedLike(printed, actual) };
  }
}

function isStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true;
}

function headersOf({ headers }: Response, names: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(names.map((name) => [name, headers.get(name)]));
}
