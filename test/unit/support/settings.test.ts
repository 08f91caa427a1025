import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig } from '../../../bridge/config/load.ts';
import { demoQueries } from '../../demo/site/queries.ts';
import { secretsOf, settingsFor, writeSettings, type SettingsChange } from '../../support/settings.ts';
import { portsFrom } from '../../support/stack-ports.ts';

describe('the settings of a private stack', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'im-settings-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const settings = (change: SettingsChange = {}) =>
    settingsFor({
      domain: 'im.localhost',
      ports: portsFrom(7400),
      mysql: { socket: '/run/a.sock', user: 'im', password: 'of the database' },
      queries: demoQueries,
      secrets: secretsOf(dir),
      change,
    });

  test('are what the bridge reads, in a file for its owner only', () => {
    const { path, config } = writeSettings(dir, settings());
    expect(loadConfig(path)).toEqual(config);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(config.http).toMatchObject({
      port: 7401,
      origins: ['http://localhost:7400', 'http://127.0.0.1:7400'],
    });
    expect(config.site.mysql?.database).toBe('site');
  });

  test('have secrets that differ from each other and outlive a start', () => {
    const first = secretsOf(dir);
    expect(new Set(Object.values(first)).size).toBe(3);
    expect(secretsOf(dir)).toEqual(first);
    expect(statSync(join(dir, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  test('can be changed by a test, section by section', () => {
    const { config } = writeSettings(dir, settings({ limits: { hold: 0.5 }, token: { leeway: 0 } }));
    expect(config.limits.hold).toBe(0.5);
    expect(config.limits.tabs).toBe(50);
    expect(config.token.secret).toBe(secretsOf(dir).token);
  });

  test('are refused when a change breaks them', () => {
    expect(() => writeSettings(dir, settings({ limits: { hold: -1 } }))).toThrow(ConfigError);
  });
});
