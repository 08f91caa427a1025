import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { followActivity, type Activity } from '../../bridge/client/activity.ts';

const MINUTE = 60_000;
let page: EventTarget;
let told: boolean[];
let fails: boolean;
let activity: Activity;

const tell = (active: boolean): Promise<void> => {
  told.push(active);
  return fails ? Promise.reject(new Error('out of reach')) : Promise.resolve();
};
const input = (): boolean => page.dispatchEvent(new Event('keydown'));
const idle = (): Promise<void> => jest.advanceTimersByTimeAsync(MINUTE);

beforeEach(() => {
  jest.useFakeTimers();
  [page, told, fails] = [new EventTarget(), [], false];
  activity = followActivity(page, tell);
});

afterEach(() => {
  activity.end();
  jest.useRealTimers();
});

test('a change is told once, and a new tab is taken for active', async () => {
  activity.seated(true);
  input();
  expect(told).toEqual([]);
  await idle();
  input();
  input();
  expect(told).toEqual([false, true]);
});

test('nobody there: each tab that the page gets later is told so', async () => {
  activity.seated(true);
  await idle();
  for (const isNewTab of [true, true, false]) activity.seated(isNewTab);
  expect(told).toEqual([false, false, false, false]);
});

test('what could not be told is told to the tab when it is back, and what was told is not', async () => {
  activity.seated(true);
  await idle();
  fails = true;
  input();
  await jest.advanceTimersByTimeAsync(0);
  fails = false;
  activity.seated(false);
  await jest.advanceTimersByTimeAsync(0);
  activity.seated(false);
  expect(told).toEqual([false, true, true]);
});

test('nothing is told at its end', async () => {
  activity.end();
  await idle();
  input();
  expect(told).toEqual([]);
});
