import { expect, test } from '@jest/globals';
import { jobsOf } from '../../ejabberd-modules/component/jobs.ts';

const change = (id: string, kind: string, user: string, friend?: string) => ({
  id,
  kind,
  user,
  ...(friend !== undefined && { friend }),
});

test('rows about the same two are one job, whichever of them stands first', () => {
  const { jobs } = jobsOf([
    change('1', 'friend-added', 'alice', 'bob'),
    change('2', 'user-changed', 'carol'),
    change('3', 'friend-changed', 'bob', 'alice'),
  ]);
  expect(jobs.map(({ about, ids }) => [about, ids])).toEqual([
    ['friends', ['1', '3']],
    ['user', ['2']],
  ]);
});

test('what one of the rows says is lost is to be feared, also when a later one says otherwise', () => {
  const rows = ['friend-removed', 'friend-changed'].map((kind, i) => change(String(i), kind, 'alice', 'bob'));
  expect(jobsOf(rows).jobs).toMatchObject([{ about: 'friends', lost: true }]);
  expect(jobsOf([...rows].reverse()).jobs).toMatchObject([{ about: 'friends', lost: true }]);
  expect(jobsOf([change('1', 'friend-added', 'alice', 'bob')]).jobs).toMatchObject([{ lost: false }]);
});

test('a sign-out is a job of its own beside what else is said of a user', () => {
  const { jobs } = jobsOf([change('1', 'user-signed-out', 'alice'), change('2', 'user-removed', 'alice')]);
  expect(jobs).toMatchObject([{ about: 'sign-out' }, { about: 'user', lost: true }]);
});

test('rows that nothing can be done about are told apart', () => {
  const odd = [
    change('1', 'moon-is-full', 'alice'),
    change('2', 'friend-added', 'alice'),
    change('3', 'friend-added', 'alice', 'alice'),
    change('4', 'user-removed', 'ALICE'),
    change('5', '', ''),
    change('6', 'constructor', 'alice'),
  ];
  expect(jobsOf(odd)).toEqual({ jobs: [], useless: odd });
});
