/** What the process that owns a stack and the command that began it say to each other. */
import type { StackInfo } from '../support/stack-file.ts';

export type FromOwner =
  | { readonly type: 'progress'; readonly text: string }
  | { readonly type: 'ready'; readonly info: StackInfo }
  | { readonly type: 'failed'; readonly reason: string };

/** `release`: the command goes, the stack stays. `stop`: Ctrl-C. */
export type ToOwner = { readonly type: 'release' } | { readonly type: 'stop' };

/** What the owner is started with, as JSON. */
export interface OwnerOptions {
  readonly dir: string;
  readonly portBase: number;
  readonly users: number;
  readonly friends: number;
}
