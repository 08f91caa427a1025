/** HAProxy's configuration follows the settings; test/e2e/haproxy.test.ts has HAProxy read and obey it. */
import { expect, test } from '@jest/globals';
import { haproxyText } from '../../../bridge/commands/haproxy.ts';
import { rightConfig } from '../../support/right-config.ts';

const one = { bind: ':80', machines: ['127.0.0.1'] };
const seconds = (text: string, timeout: string): number =>
  Number(new RegExp(`timeout ${timeout} (\\d+)s`).exec(text)?.[1]);

test('there is a server for each worker of each machine, with its own check', () => {
  const config = rightConfig({ supervisor: { workers: 2 }, admin: { port: 8090 } });
  const text = haproxyText(config, { bind: ':80', machines: ['10.0.0.1', 'fd00::2'] });
  expect(text.match(/^ {4}server .*$/gm)?.map((line) => line.trim())).toEqual([
    'server m1w1 10.0.0.1:8080 check port 8090',
    'server m1w2 10.0.0.1:8081 check port 8091',
    'server m2w1 [fd00::2]:8080 check port 8090',
    'server m2w2 [fd00::2]:8081 check port 8091',
  ]);
});

test('a poll may be silent for longer than it is held, whatever that is', () => {
  for (const hold of [1, 25, 120]) {
    const text = haproxyText(rightConfig({ limits: { hold } }), one);
    for (const timeout of ['client', 'server']) expect(seconds(text, timeout)).toBeGreaterThan(hold + 10);
  }
});

test('a whole body fits into its buffer, and the longest address', () => {
  for (const [limits, most] of [
    [{ body: 1_000_000 }, 1_000_000],
    [{ url: 65_000, body: 1024 }, 65_000],
  ] as const) {
    const text = haproxyText(rightConfig({ limits }), one);
    expect(Number(/tune\.bufsize (\d+)/.exec(text)?.[1])).toBeGreaterThan(most + 8192);
  }
});

test('without a certificate it says what that means; with one it takes TLS', () => {
  expect(haproxyText(rightConfig(), one)).toMatch(/^# No TLS/m);
  const text = haproxyText(rightConfig(), { ...one, bind: ':443', certificate: '/etc/x.pem' });
  expect(text).toContain('bind :443 ssl crt /etc/x.pem alpn h2,http/1.1');
  expect(text).not.toContain('No TLS');
});
