/** `npm run bench`: one session for all tabs of a user, side by side with a BOSH session for each of them. */
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
if (!options.profile) writeSection(options.page, `${options.users} x ${options.tabs}`, text);

function headline({ users, tabs, friends, rate, seconds, rounds }: CompareOptions): string {
  const times = rounds === 1 ? '' : `, ${rounds} rounds`;
  const crowd = `${users.toLocaleString('en')} users with ${tabs} tabs and ${friends} friends each`;
  return `${crowd}, ${rate} messages a second for ${seconds} s${times}`;
}

function command({ users, tabs, friends, rate, seconds, seed, rounds }: CompareOptions): string {
  const flags = Object.entries({ users, tabs, friends, rate, seconds, seed, rounds });
  return `npm run bench -- compare ${flags.map(([name, value]) => `--${name} ${value}`).join(' ')}`;
}
