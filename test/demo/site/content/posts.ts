/** What the neighbours wrote: the feed of the demo, the same at every start. */
import type { SceneName } from '../pages/scene.tsx';

export interface Comment {
  /** Id of a demo person. */
  readonly by: string;
  readonly text: string;
}

export interface Post {
  readonly id: string;
  /** Id of a demo person. */
  readonly by: string;
  /** As people say it: the posts are as old at every start. */
  readonly when: string;
  readonly where: string;
  readonly text: string;
  /** Of the text; English when it is left out. */
  readonly lang?: string;
  readonly scene?: SceneName;
  readonly thanks: number;
  readonly comments: readonly Comment[];
}

/** Newest first. */
export const POSTS: readonly Post[] = [
  {
    id: 'tomatoes',
    by: 'bob',
    when: 'This morning',
    where: 'Allotment 14',
    text:
      'The tomatoes have lost all sense of proportion. There is a crate of them on the bench by the garden ' +
      'gate: please take some, and leave the crate. The striped ones are the sweetest.',
    scene: 'tomatoes',
    thanks: 23,
    comments: [
      { by: 'alice', text: 'Took six, and left a jar of last year’s chutney. Fair trade?' },
      { by: 'mei', text: 'The striped ones did not survive the walk home. Worth it.' },
    ],
  },
  {
    id: 'street-party',
    by: 'mei',
    when: 'This morning',
    where: 'Linden Street',
    text:
      'Street party, second Saturday of the month, from three o’clock until the last song. We have tables for ' +
      'sixty and a borrowed piano. We still need: extension leads, someone tall, and your loudest salad. ' +
      'I <3 this street.',
    scene: 'party',
    thanks: 41,
    comments: [
      { by: 'tomasz', text: 'I am tall, and I own two extension leads. Put me down for both.' },
      { by: 'noor', text: 'My loudest salad has pomegranate and far too much garlic. See you there!' },
    ],
  },
  {
    id: 'found-cat',
    by: 'carol',
    when: 'Yesterday evening',
    where: 'Number 9, the blue door',
    text:
      'A grey cat with one white sock has decided that she lives with us. She is friendly, well fed and very sure of ' +
      'herself, so somebody must be missing her. She answers to nothing at all.',
    scene: 'cat',
    thanks: 18,
    comments: [
      {
        by: 'yusuf',
        text: 'That is Pepper, from above the bakery! She does this every autumn. I’ll tell them.',
      },
      { by: 'carol', text: 'Pepper is home, and has sent us a loaf to say thank you.' },
    ],
  },
  {
    id: 'bread',
    by: 'noor',
    when: 'Yesterday',
    where: 'The community kitchen',
    lang: 'ar',
    text: 'خبزنا اليوم أربعين رغيفًا مع أطفال الحيّ. شكرًا لكل من ساعد! الدرس القادم يوم الأربعاء، والجميع مرحّب بهم.',
    thanks: 29,
    comments: [
      {
        by: 'ines',
        text: 'Forty loaves with the children, and the next lesson is on Wednesday. We’ll be there!',
      },
    ],
  },
  {
    id: 'drill',
    by: 'dave',
    when: 'Yesterday',
    where: 'Mill Lane',
    text:
      'New here: we moved into the old post office last week. Does anybody lend a drill for an afternoon? I can pay in ' +
      'bicycle repairs, which I am much better at than shelves.',
    thanks: 12,
    comments: [
      {
        by: 'tomasz',
        text: 'Welcome, Dave! The tool library is in the shed behind the hall, Tuesdays at six.',
      },
    ],
  },
  {
    id: 'choir',
    by: 'ines',
    when: 'On Sunday',
    where: 'Old Mill Hall',
    text:
      'The choir that does not audition met for the hundredth time. Twenty-six voices, three of them in the right key, ' +
      'and the kettle sang along. If you have ever hummed while washing up, you are qualified.',
    thanks: 33,
    comments: [],
  },
  {
    id: 'reading',
    by: 'alice',
    when: 'On Saturday',
    where: 'The lending shelf',
    text:
      'The lending shelf under the linden tree has a roof again: thank you, Tomasz, and whoever brought the hinges. It ' +
      'now has room for about two hundred books, one spider, and your recommendations.',
    scene: 'books',
    thanks: 37,
    comments: [
      { by: 'bob', text: 'Left the sea stories. The spider seemed pleased.' },
      { by: 'tomasz', text: 'The hinges were from my grandmother’s pantry. She would approve.' },
    ],
  },
  {
    id: 'crossing',
    by: 'yusuf',
    when: 'Last week',
    where: 'Linden Street and Mill Lane',
    text:
      'The council has said yes to the crossing at the school. Eleven months, 640 signatures, and one very patient lollipop ' +
      'lady. It will be painted before the end of term.',
    thanks: 58,
    comments: [{ by: 'olive', text: 'A good week for the whole neighbourhood. Well done, all of you.' }],
  },
  {
    id: 'repair-cafe',
    by: 'tomasz',
    when: 'Last week',
    where: 'The shed behind the hall',
    text:
      'Repair café: nineteen things mended, four declared works of art, one toaster sent home with flowers. ' +
      'Next time there will be a table for sewing, and Mei will bring the good scissors.',
    thanks: 21,
    comments: [],
  },
  {
    id: 'house-rules',
    by: 'olive',
    when: 'Last week',
    where: 'Lindentree',
    text:
      'A word from me, who looks after this site: be as kind here as you would be over the fence. If something does not ' +
      'work, write to me, and tell me what you saw; I would rather hear it twice than not at all.',
    thanks: 44,
    comments: [],
  },
];

export function postsOf(author: string): readonly Post[] {
  return POSTS.filter(({ by }) => by === author);
}
