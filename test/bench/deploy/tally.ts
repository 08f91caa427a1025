/** What all tabs have been told, and what they should have been. */
import { quantile } from '../numbers.ts';

/** What happens at the moment: a deploy, a worker that was killed, or nothing. */
export type During = 'nothing' | 'deploy' | 'kill';

export interface Said {
  readonly from: string;
  readonly to: string;
  readonly at: number;
  readonly during: During;
}

export class Tally {
  /** Who changes how they appear; nobody else may be seen to. */
  readonly changing: ReadonlySet<string>;
  readonly said = new Map<string, Said>();
  during: During = 'nothing';
  doubled = 0;
  refused = 0;
  readonly presencesSeen: Record<During, number> = { nothing: 0, deploy: 0, kill: 0 };
  /** Ways back: by the tab that it had, and by a token. */
  readonly byTab: Record<During, number> = { nothing: 0, deploy: 0, kill: 0 };
  readonly byToken: Record<During, number> = { nothing: 0, deploy: 0, kill: 0 };
  /** Connections that were cut in the middle of a call. */
  readonly cut: Record<During, number> = { nothing: 0, deploy: 0, kill: 0 };
  /** Of a deploy, by tab that calls all the time: its longest call. Of a kill, by tab: until it was connected again. */
  readonly #waits = new Map<object, number>();
  #since = 0;
  readonly #pauses: Record<During, number[]> = { nothing: [], deploy: [], kill: [] };
  readonly #latencies: Record<During, number[]> = { nothing: [], deploy: [], kill: [] };

  constructor(changing: ReadonlySet<string>) {
    this.changing = changing;
  }

  /** A message that has come live to a tab. */
  arrived(text: string): void {
    const said = this.said.get(text);
    if (said !== undefined) this.#latencies[said.during].push(performance.now() - said.at);
  }

  presence(of: string): void {
    if (!this.changing.has(of)) this.presencesSeen[this.during] += 1;
  }

  begin(during: During): void {
    this.#waits.clear();
    this.#since = performance.now();
    this.during = during;
  }

  /** It is over. */
  end(): void {
    this.#pauses[this.during].push(...this.#waits.values());
    this.during = 'nothing';
  }

  /** A call of a tab that calls all the time took so many milliseconds, with all that were refused or cut before it. */
  waited(tab: object, milliseconds: number): void {
    if (this.during !== 'kill') this.#waits.set(tab, Math.max(milliseconds, this.#waits.get(tab) ?? 0));
  }

  /** A tab has a snapshot again. */
  cameBack(tab: object): void {
    if (this.during === 'kill') this.#waits.set(tab, performance.now() - this.#since);
  }

  /** Tabs that came back since it began. */
  get back(): number {
    return this.#waits.size;
  }

  pause(during: During, share: number): number {
    return quantile(this.#pauses[during], share);
  }

  latency(during: During, share: number): number {
    return quantile(this.#latencies[during], share);
  }

  delivered(during: During): number {
    return this.#latencies[during].length;
  }
}
