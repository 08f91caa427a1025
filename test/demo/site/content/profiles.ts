/** What the neighbours say of themselves. */

export interface Profile {
  readonly about: string;
  readonly street: string;
  readonly since: string;
  readonly likes: readonly string[];
}

const PROFILES: Readonly<Record<string, Profile>> = {
  alice: {
    about: 'Librarian, keeper of the lending shelf, and the person who always has a spare umbrella.',
    street: 'Linden Street',
    since: 'the first spring',
    likes: ['Sea swimming', 'Crosswords', 'Chutney'],
  },
  bob: {
    about: 'Grows more than he can eat on allotment 14. Retired train driver; still early for everything.',
    street: 'Station Row',
    since: 'the first summer',
    likes: ['Tomatoes', 'Sea stories', 'Timetables'],
  },
  carol: {
    about: 'Night nurse and daytime baker. If the blue door is open, there is cake.',
    street: 'Linden Street',
    since: 'the second winter',
    likes: ['Rye bread', 'Stray cats', 'Thunderstorms'],
  },
  dave: {
    about: 'Mends bicycles in the old post office. New in the neighbourhood, and looking for friends.',
    street: 'Mill Lane',
    since: 'last week',
    likes: ['Steel frames', 'Long hills', 'Strong tea'],
  },
  mei: {
    about: 'Architect who would rather build tables. Puts on the street party every year.',
    street: 'Linden Street',
    since: 'the first autumn',
    likes: ['Joinery', 'Borrowed pianos', 'Dumplings'],
  },
  yusuf: {
    about: 'Teaches at the primary school and argues kindly with the council.',
    street: 'School Walk',
    since: 'the second spring',
    likes: ['Football', 'Petitions', 'Baklava'],
  },
  ines: {
    about: 'Leads the choir that does not audition. Speaks to dogs before people.',
    street: 'Mill Lane',
    since: 'the first winter',
    likes: ['Alto lines', 'Sardines', 'Walking'],
  },
  noor: {
    about: 'Bakes with the children in the community kitchen on Wednesdays. Writes in Arabic and English.',
    street: 'Garden Court',
    since: 'the second summer',
    likes: ['Flatbread', 'Pomegranates', 'Poetry'],
  },
  tomasz: {
    about: 'Runs the tool library, and believes that most things can be mended.',
    street: 'Station Row',
    since: 'the first spring',
    likes: ['Hinges', 'Radios', 'Pierogi'],
  },
  olive: {
    about: 'Looks after Lindentree itself: the one to ask when something does not work.',
    street: 'Old Mill Hall',
    since: 'before the first post',
    likes: ['Quiet logs', 'Good questions', 'Olives, of course'],
  },
};

const NEWCOMER: Profile = {
  about: 'Has not written anything here yet.',
  street: 'Around the corner',
  since: 'not long ago',
  likes: [],
};

export function profileOf(id: string): Profile {
  return Object.hasOwn(PROFILES, id) ? (PROFILES[id] ?? NEWCOMER) : NEWCOMER;
}
