/** What all tabs have been told, and what they should have been: all told, and by what happened meanwhile. */
import { quantile } from '../numbers.ts';

/** What happens at the moment: `nothing`, a deploy, a worker that is killed, a restart. */
export type During = string;

export interface Said {
  readonly from: string;
  readonly to: string;
  readonly at: number;
  readonly during: During;
}

export class Phase {
  presencesSeen = 0;
  /** Ways back: by the tab that it had, and by a token. */
  byTab = 0;
  byToken = 0;
  /** Connections that were cut in the middle of a call. */
  cut = 0;
  /** Milliseconds from `send` to each tab that was told live. */
  readonly latencies: number[] = [];
  /** Of a tab that calls all the time: its longest call each time; where tabs have to connect: until it had. */
  readonly pauses: number[] = [];

  latency(share: number): string {
    return quantile(this.latencies, share).toFixed(0);
  }

  pause(share: number): string {
    return quantile(this.pauses, share).toFixed(0);
  }
}

export class Tally {
  /** Who changes how they appear; nobody else may be seen to. */
  readonly changing: ReadonlySet<string>;
  readonly said = new Map<string, Said>();
  doubled = 0;
  /** Sends that were told to try again; and by code those that were refused for good. */
  refused = 0;
  readonly failed = new Map<string, number>();
  readonly #phases = new Map<During, Phase>();
  /** By tab: its pause, as far as it is known. */
  readonly #waits = new Map<object, number>();
  #during: During = 'nothing';
  #since = 0;
  #connects = false;

  constructor(changing: ReadonlySet<string>) {
    this.changing = changing;
  }

  get during(): During {
    return this.#during;
  }

  /** What happens at the moment. */
  get now(): Phase {
    return this.phase(this.#during);
  }

  phase(during: During): Phase {
    const found = this.#phases.get(during) ?? new Phase();
    this.#phases.set(during, found);
    return found;
  }

  /** @param connects do all tabs have to connect again? */
  begin(during: During, connects: boolean): void {
    this.#waits.clear();
    this.#since = performance.now();
    this.#during = during;
    this.#connects = connects;
  }

  /** It is over. */
  end(): void {
    this.now.pauses.push(...this.#waits.values());
    this.#during = 'nothing';
    this.#connects = false;
  }

  /** A call of a tab that calls all the time took so many milliseconds, with all that were refused or cut before it. */
  waited(tab: object, milliseconds: number): void {
    if (!this.#connects) this.#waits.set(tab, Math.max(milliseconds, this.#waits.get(tab) ?? 0));
  }

  /** A tab has a snapshot again. */
  cameBack(tab: object): void {
    if (this.#connects) this.#waits.set(tab, performance.now() - this.#since);
  }

  /** Tabs that came back since it began. */
  get back(): number {
    return this.#waits.size;
  }

  /** A message that has come live to a tab. */
  arrived(text: string): void {
    const said = this.said.get(text);
    if (said !== undefined) this.phase(said.during).latencies.push(performance.now() - said.at);
  }

  presence(of: string): void {
    if (!this.changing.has(of)) this.now.presencesSeen += 1;
  }

  failedWith(code: string): void {
    this.failed.set(code, (this.failed.get(code) ?? 0) + 1);
  }
}
