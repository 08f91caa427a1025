/** Starts load.ts, and tells it what to do, one thing at a time. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { built } from '../../support/root.ts';
import type { Counted } from './deliveries.ts';
import type { Address } from './load-tab.ts';
import type { Order, Report, Talk } from './orders.ts';

export class LoadProcess {
  readonly #child: ChildProcess = fork(built('test/bench/compare/load.js'), [], {
    execArgv: ['--enable-source-maps'],
    env: { ...process.env, NODE_OPTIONS: '' }, // what is loaded into the servers is not for this one
  });

  /** @throws Error when a tab is refused or lost. */
  async open(address: Address, users: readonly string[], numbers: readonly number[]): Promise<void> {
    await this.#ask({ name: 'open', address, users, numbers });
  }

  /** @throws Error when a message is refused, or a tab is lost. */
  async talk(talk: Talk): Promise<Counted> {
    const counted = await this.#ask({ name: 'talk', talk });
    if (counted === undefined) throw new Error('the load has counted nothing');
    return counted;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.send({ name: 'close' } satisfies Order, () => undefined);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
  }

  async #ask(order: Order): Promise<Counted | undefined> {
    const gone = new AbortController();
    const ended = (): void => gone.abort(new Error('the load has ended'));
    this.#child.once('exit', ended);
    const answer = once(this.#child, 'message', { signal: gone.signal }) as Promise<[Report]>;
    this.#child.send(order);
    const [report] = await answer.finally(() => this.#child.off('exit', ended));
    if ('fault' in report) throw new Error(`the load stopped: ${report.fault}`);
    return report.counted;
  }
}
