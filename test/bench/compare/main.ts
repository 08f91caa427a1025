/** `npm run bench`: one session for all tabs of a user, by polls and by streams, side by side with a BOSH session for each of them. */
import { conditions, say } from '../numbers.ts';
import { compare } from './compare.ts';
import { optionsOf, type CompareOptions } from './options.ts';
import { writeSection } from './page.ts';
import { makeProfilable } from './profiled.ts';
import { countsOf, partsOf, resultsOf } from './results-table.ts';

const options = optionsOf(process.argv.slice(2));
if (options.profile) makeProfilable();
const before = conditions('before');
const compared = await compare(options, say);
const text = [
  `### ${headline(options)}`,
  resultsOf(compared),
  countsOf(compared, options),
  'Where it goes:',
  partsOf(compared),
  `${before}; ${conditions('after')}. Repeat it: \`${command(options)}\``,
].join('\n\n');
say(`\n${text}`);
const name = `${options.users} x ${options.tabs}${options.receipts ? '' : ', BOSH without receipts'}${options.journal ? '' : ', without a journal'}`;
if (!options.profile) writeSection(options.page, name, text);

function headline({ users, tabs, friends, rate, seconds, rounds, receipts }: CompareOptions): string {
  const times = rounds === 1 ? '' : `, ${rounds} rounds`;
  const crowd = `${users.toLocaleString('en')} users with ${tabs} tabs and ${friends} friends each`;
  const without = receipts ? '' : '; BOSH without receipts';
  return `${crowd}, ${rate} messages a second for ${seconds} s${times}${without}`;
}

function command(given: CompareOptions): string {
  const { users, tabs, friends, rate, seconds, seed, rounds, variants, receipts, journal } = given;
  const flags = Object.entries({ users, tabs, friends, rate, seconds, seed, rounds });
  const all = [
    ...flags,
    ['variants', variants.join()],
    ['receipts', receipts ? 'on' : 'off'],
    ['journal', journal ? 'on' : 'off'],
  ];
  return `npm run bench -- compare ${all.map(([name, value]) => `--${name} ${value}`).join(' ')}`;
}
