/** How much of everything there may be. Adding a limit is adding a line, with its reason. */
import { z } from 'zod';
import { bytes, count, seconds } from './values.ts';

const rate = z.number().min(0.1).max(10_000).meta({ unit: 'a second' });

export const limits = z.strictObject({
  body: bytes(1024, 10_000_000)
    .default(65_536)
    .describe(
      'Of a POST’s body: a message of `message` bytes fits, whatever JSON makes of its letters, up to three times its length.',
    ),
  url: z
    .int()
    .min(7000)
    .max(65_536)
    .meta({ unit: 'characters' })
    .default(8192)
    .describe(
      'Of a call’s address. What proxies commonly read; longer ones are `too-large`, and nothing is done: longer messages go by POST. Our own JSONP client refuses what is longer than 7,000 before it is sent.',
    ),
  message: bytes(1, 1_000_000)
    .default(20_000)
    .describe(
      'Of a message’s text in UTF-8: some ten pages. The bridge’s listener in `ejabberd.yml` must let six times that pass (`max_stanza_size`), as XML writes some letters in six.',
    ),
  hold: seconds(0.1, 120)
    .default(25)
    .describe(
      'That a poll is held. Proxies and mobile networks drop what is silent for 30 to 60; shorter makes more requests.',
    ),
  tabs: count(1, 1000)
    .default(50)
    .describe(
      'Tabs of one user: more than a person has open, and an end to what can be opened with a stolen token.',
    ),
  events: count(10, 100_000)
    .default(1000)
    .describe(
      'Events that a session keeps for its tabs. Older than that is `gone`, and the tab connects: a thousand are minutes of a very busy user, and as many as a tab that was away can use.',
    ),
  page: count(1, 100)
    .default(100)
    .describe(
      'Messages at the most in one answer of `history` and `search`: each page costs the archive a query, and 100 messages fill several screens.',
    ),
  snapshot: count(1, 20)
    .default(20)
    .describe(
      'Messages of each conversation in a snapshot: a window full. More is asked for when somebody scrolls. A login reads so many of each conversation out of the archive, which is most of what it costs.',
    ),
  sendRate: rate
    .default(10)
    .describe('Sends of one user in the long run: nobody types that fast, and a flood stays one.'),
  sendBurst: count(1, 10_000)
    .default(30)
    .describe('Sends of one user at once: what was typed while a network was away goes out together.'),
  callRate: rate
    .default(20)
    .describe(
      'Calls of one user beside `connect`, `poll`, `stream`, `send` and `leave`, in the long run: several tabs in which somebody types and scrolls.',
    ),
  callBurst: count(1, 10_000)
    .default(60)
    .describe('Of those at once: all tabs of a user after a network was away.'),
  idle: seconds(1, 86_400)
    .default(600)
    .describe(
      'Without an active tab until a person is shown as away: long enough to read, short enough to be believed.',
    ),
  catchUp: count(100, 100_000)
    .default(2000)
    .describe(
      'Messages of the archive that a session catches up at the most; beyond that it starts anew, with a snapshot. Twenty queries of a hundred.',
    ),
  streamBuffer: bytes(1024, 100_000_000)
    .default(262_144)
    .describe(
      'That may wait in a stream to be read. Who reads slower is cut, and comes back with the cursor: memory is for those who read.',
    ),
  ui: bytes(100, 1_000_000)
    .default(65_536)
    .describe(
      'Of a user’s UI state, as JSON: drafts and settings, in one row that is written at each change.',
    ),
  passwordTries: count(1, 1000)
    .default(10)
    .describe(
      'Wrong passwords of one user within `passwordWindow`. Then even the right one is refused until it ends: whoever guesses keeps the owner’s native clients out, and never the web chat.',
    ),
  passwordWindow: count(1, 86_400)
    .meta({ unit: 'seconds' })
    .default(300)
    .describe(
      'From the first wrong password. With ten tries, some 3,000 guesses a day: too few for any but the worst passwords.',
    ),
  grace: seconds(0, 3600)
    .default(60)
    .describe(
      'That a session outlives its last tab, so that a page load is no log-out, and friends do not see it flap.',
    ),
  sessions: count(1, 1_000_000)
    .default(6000)
    .describe('Of the process: each has a connection to ejabberd, and a process may hold 20,000 files.'),
  polls: count(1, 1_000_000)
    .default(12_000)
    .describe('Polls and streams that the process holds: with the sessions, below the limit of open files.'),
  pollsPerAddress: count(1, 1_000_000)
    .default(1000)
    .describe(
      'Polls and streams held for one client address: an office behind one address fits, one machine can’t take all places.',
    ),
  connections: count(1, 1_000_000)
    .default(13_500)
    .describe(
      'Connections of browsers that the process accepts: with the sessions, below the limit of open files. Lowered, with a warning, where the system allows fewer.',
    ),
  connectionsPerAddress: count(1, 1_000_000)
    .default(2000)
    .describe('Connections of one address that is no trusted proxy: its polls, and as many again for calls.'),
  connectsPerAddress: count(1, 1_000_000)
    .default(600)
    .describe(
      '`connect`s a minute of one client address: each costs a look at the site, the archive and ejabberd. All people of a campus may have one address, and open their tabs at nine o’clock.',
    ),
  conversations: count(1, 10_000)
    .default(100)
    .describe(
      'Conversations that a session keeps in memory: those that a person looks back at. Older ones are in the archive.',
    ),
  messages: count(20, 10_000)
    .default(100)
    .describe(
      'Messages of each conversation in memory: several snapshots’ worth, so that what tabs ask for is mostly at hand.',
    ),
  friends: count(1, 100_000)
    .default(5000)
    .describe(
      'Friends of one user: what the largest sites allow. All of them are held in memory, and stand in each snapshot.',
    ),
});
