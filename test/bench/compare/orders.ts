/** What the load is told, and what it answers. */
import type { Counted } from './deliveries.ts';
import type { Address } from './load-tab.ts';

export interface Talk {
  readonly address: Address;
  /** Who talks, and to whom. */
  readonly friendsOf: Readonly<Record<string, readonly string[]>>;
  /** Of each user. */
  readonly tabs: number;
  /** Messages a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly seed: number;
}

export type Order =
  | {
      readonly name: 'open';
      readonly address: Address;
      readonly users: readonly string[];
      /** Of each user: which of the tabs. */
      readonly numbers: readonly number[];
    }
  | { readonly name: 'talk'; readonly talk: Talk }
  | { readonly name: 'close' };

export type Report = { readonly counted?: Counted } | { readonly fault: string };
