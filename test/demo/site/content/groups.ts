/** The neighbourhood's groups, and what they have planned. */

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  /** Where and how often it meets. */
  readonly meets: string;
  /** Ids of demo people, who leads it first. */
  readonly members: readonly string[];
}

export interface Event {
  readonly id: string;
  readonly name: string;
  /** `Sat`, and `2nd` of the month: a demo has no calendar of its own. */
  readonly day: string;
  readonly week: string;
  readonly time: string;
  readonly where: string;
  readonly about: string;
  /** Id of a demo person. */
  readonly host: string;
}

export const GROUPS: readonly Group[] = [
  {
    id: 'gardeners',
    name: 'Allotment gardeners',
    about: 'Seeds, surplus and slug diplomacy. The gate is open whenever somebody is digging.',
    meets: 'Sundays at the garden gate',
    members: ['bob', 'alice', 'noor', 'yusuf'],
  },
  {
    id: 'tools',
    name: 'Tool library',
    about: 'Why own a ladder that you climb twice a year? Borrow ours, and bring it back taller.',
    meets: 'Tuesdays at six, in the shed behind the hall',
    members: ['tomasz', 'mei', 'dave'],
  },
  {
    id: 'choir',
    name: 'The choir that does not audition',
    about: 'Four parts, sometimes at once. Tea in the break, and nobody has to sing alone.',
    meets: 'Sundays at five, in the Old Mill Hall',
    members: ['ines', 'carol', 'mei', 'olive'],
  },
  {
    id: 'readers',
    name: 'Under the linden tree',
    about: 'A book a month, chosen by whoever liked the last one least.',
    meets: 'First Thursdays at the lending shelf',
    members: ['alice', 'tomasz', 'ines', 'bob', 'carol'],
  },
];

export const EVENTS: readonly Event[] = [
  {
    id: 'baking',
    name: 'Bread with Noor',
    day: 'Wed',
    week: 'every',
    time: '4 o’clock',
    where: 'Community kitchen',
    about: 'For children from six, and for grown-ups who can follow instructions.',
    host: 'noor',
  },
  {
    id: 'party',
    name: 'Linden Street party',
    day: 'Sat',
    week: '2nd',
    time: '3 o’clock',
    where: 'The whole street',
    about: 'Long tables, a borrowed piano, and every neighbour you have not met yet.',
    host: 'mei',
  },
  {
    id: 'repair',
    name: 'Repair café',
    day: 'Sat',
    week: '3rd',
    time: '10 o’clock',
    where: 'The shed behind the hall',
    about: 'Bring what is broken. Leave with it mended, or with a good story.',
    host: 'tomasz',
  },
  {
    id: 'seeds',
    name: 'Seed swap',
    day: 'Sun',
    week: 'last',
    time: '11 o’clock',
    where: 'The garden gate',
    about: 'Label your envelopes, please: last year’s “probably squash” was not.',
    host: 'bob',
  },
];
