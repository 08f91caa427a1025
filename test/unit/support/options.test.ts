import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { startOptions, stopOptions } from '../../support/prepare/options.mjs';

describe('the options of npm start', () => {
  test('have defaults', () => {
    expect(startOptions([])).toEqual({
      help: false,
      detach: false,
      dir: resolve('.run'),
      portBase: 7400,
      users: 0,
      friends: 0,
    });
  });

  test('are read', () => {
    const given = startOptions([
      '--detach',
      '--dir',
      '/x',
      '--port-base=9000',
      '--users',
      '50',
      '--friends',
      '10',
    ]);
    expect(given).toMatchObject({ detach: true, dir: '/x', portBase: 9000, users: 50, friends: 10 });
  });

  test.each([
    [['--hlep'], /Unknown option '--hlep'/],
    [['now'], /now/],
    [['--port-base', '65530'], /--port-base must be a whole number from 1 to 65525/],
    [['--users', '1e3'], /--users must be a whole number/],
    [['--dir', ''], /--dir needs the name of a folder/],
    [['--dir'], /--dir/],
  ])('%j is refused with a sentence', (args, sentence) => {
    expect(() => startOptions(args)).toThrow(sentence);
  });

  test('of npm stop are the folder only', () => {
    expect(stopOptions(['--dir', '/x'])).toEqual({ help: false, dir: '/x' });
    expect(() => stopOptions(['--detach'])).toThrow(/--detach/);
  });
});
