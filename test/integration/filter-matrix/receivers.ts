/** The columns of the filter matrix: to whom a stanza goes. */

export const RELATIONS = ['friend', 'stranger', 'former friend'] as const;
export const STATES = ['online', 'offline', 'web'] as const;
export type Relation = (typeof RELATIONS)[number];
/** With a native client, with none, and with a tab of the bridge. */
export type State = (typeof STATES)[number];
/** To the account, or to one of its clients. */
export const ADDRESSINGS = ['bare', 'full'] as const;
export type Addressing = (typeof ADDRESSINGS)[number];

export type Receiver =
  | { readonly who: 'person'; readonly relation: Relation; readonly state: State }
  | { readonly who: 'self' | 'server' | 'component' | 'nobody' };

export const PEOPLE = RELATIONS.flatMap((relation) =>
  STATES.map((state) => ({ who: 'person', relation, state }) as const),
);

export const RECEIVERS: readonly Receiver[] = [
  ...PEOPLE,
  { who: 'nobody' },
  { who: 'component' },
  { who: 'self' },
  { who: 'server' },
];

const NAMES = {
  self: 'self',
  server: 'server',
  component: 'component',
  nobody: 'no such account',
} as const;

export function nameOf(receiver: Receiver): string {
  return receiver.who === 'person' ? `${receiver.relation}, ${receiver.state}` : NAMES[receiver.who];
}

/** The site id of the person of a column. */
export function idOf(relation: Relation, state: State): string {
  return `${relation.replace(' ', '-')}-${state}`;
}
