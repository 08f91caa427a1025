/** Types of options.mjs, which has none of its own: it runs before TypeScript is there. */
export interface StopOptions {
  readonly help: boolean;
  /** Absolute. */
  readonly dir: string;
}

export interface StartOptions extends StopOptions {
  readonly detach: boolean;
  readonly portBase: number;
  readonly users: number;
  readonly friends: number;
}

export const START_HELP: string;
export const STOP_HELP: string;
export function startOptions(args: readonly string[]): StartOptions;
export function stopOptions(args: readonly string[]): StopOptions;
