/** What is answered to an operator who asks about traces, however they ask. */
import type { TraceStatus } from './asking.ts';

const texts = (bodies: boolean): string => (bodies ? 'with texts' : 'without texts');

export function added({ user, until, bodies, file }: TraceStatus): string {
  return `${user} is traced until ${until}, ${texts(bodies)}: ${file}`;
}

/** One line for each. */
export function listed(traces: readonly TraceStatus[]): string[] {
  if (traces.length === 0) return ['Nobody is traced.'];
  return traces.map(({ user, until, bodies, file, size }) =>
    [user, `until ${until}`, texts(bodies), `${size} bytes`, file].join('\t'),
  );
}

export function removed(user: string, was: boolean, file: string): string {
  return was ? `${user} is traced no more. What was seen is in ${file}` : `${user} was not traced.`;
}
