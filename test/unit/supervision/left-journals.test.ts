import { expect, test } from '@jest/globals';
import { createLog } from '../../../bridge/log.ts';
import { LeftJournals } from '../../../bridge/supervision/left-journals.ts';

const log = createLog('test', { level: 'fatal', pretty: false });

test('a journal is there until a worker has taken it over', () => {
  const forgotten: number[] = [];
  const journals = new LeftJournals([1, 2], (worker) => forgotten.push(worker), log);
  journals.leave(3);
  expect(journals.all).toEqual([1, 2, 3]);
  journals.adopted([1, 3]);
  expect(journals.all).toEqual([2]);
  expect(forgotten).toEqual([1, 3]);
});

test('a journal that three workers have ended of is given up, and a later one is not', () => {
  const forgotten: number[] = [];
  const journals = new LeftJournals([1], (worker) => forgotten.push(worker), log);
  journals.blame();
  journals.blame();
  journals.leave(2);
  journals.blame();
  expect(journals.all).toEqual([2]);
  expect(forgotten).toEqual([1]);
});
