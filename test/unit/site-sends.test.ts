/** site_sends in an Erlang of its own: what it remembers of sent messages when there is no room for more. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { ROOT } from '../support/root.ts';

const run = promisify(execFile);

/** What the last of these Erlang expressions gives. */
async function evaluated(...expressions: readonly string[]): Promise<unknown> {
  const all = [...expressions.slice(0, -1), `io:format("~w", [${expressions.at(-1)}])`, 'halt()'];
  const code = ['-noinput', '-pa', join(ROOT, 'dist/ejabberd-modules/ebin')];
  const { stdout } = await run('erl', [...code, '-eval', `${all.join(', ')}.`]);
  return JSON.parse(stdout);
}

const HOST = '<<"chat.example">>';
const key = (id: string): string => `{${HOST}, <<"alice">>, <<"bob">>, <<"${id}">>}`;
const START = [`site_counts:start(${HOST})`, `site_sends:init([${HOST}, []])`];
/** More than there is room for. */
const FILL = `ets:insert(site_sends, [{N, delivered, erlang:monotonic_time(millisecond)} || N <- lists:seq(1, 500000)])`;
const REMEMBERED = `[site_sends:was_delivered(${key('known')}), site_sends:was_delivered(${key('new')})]`;
const deliver = (id: string): string[] => [
  `site_sends:storing(${key(id)})`,
  `site_sends:delivered(${key(id)})`,
];
const MISSED = `proplists:get_value(unremembered, site_counts:read(${HOST}))`;

test('without room, what is known is kept up to date, and what is new is counted', async () => {
  const known = `site_sends:storing(${key('known')})`;
  const full = [...START, known, FILL, `site_sends:delivered(${key('known')})`, ...deliver('new')];
  expect(await evaluated(...full, REMEMBERED)).toEqual([true, false]);
  expect(await evaluated(...full, MISSED)).toBe(2);
});

test('with room, both are remembered, and nothing is counted', async () => {
  const roomy = [...START, ...deliver('known'), ...deliver('new')];
  expect(await evaluated(...roomy, REMEMBERED)).toEqual([true, true]);
  expect(await evaluated(...roomy, MISSED)).toBe(0);
});

test('what is forgotten makes room', async () => {
  const freed = [...START, FILL, 'ets:delete(site_sends, 1)', ...deliver('known'), ...deliver('new')];
  expect(await evaluated(...freed, REMEMBERED)).toEqual([true, false]);
});
