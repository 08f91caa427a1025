/** `im-bridge haproxy-config`: the load balancer's configuration, from the settings. */
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/load.ts';
import { settingsPath } from '../config/settings-path.ts';
import type { Config } from '../config/schema.ts';
import { Misuse, noMore, WHERE, WHERE_HELP, type Said } from './command.ts';
import { haproxyText } from './haproxy.ts';

export const HELP = `im-bridge haproxy-config [--machines LIST] [--bind ADDRESS] [--certificate FILE] [--config FILE | --dir DIR]

Prints a whole configuration for HAProxy (2.6, as in Debian 12): all calls of one user reach one worker, polls are held as
long as limits.hold says, and workers are asked at /ready. Workers and ports are those of the settings
(supervisor.workers, http.port, admin.port).

  --machines LIST     machines with such workers, by commas (default: 127.0.0.1). They have the same settings.
  --bind ADDRESS      where browsers come in (default: :443 with a certificate, else :80).
  --certificate FILE  certificate and key in one PEM file: TLS 1.2 and later, with HTTP/2.
${WHERE_HELP}

  im-bridge haproxy-config --certificate /etc/haproxy/chat.pem > /etc/haproxy/haproxy.cfg
  haproxy -c -f /etc/haproxy/haproxy.cfg && systemctl reload haproxy

Exit code: 0 printed, 2 it can't be made (the reason is said).
`;

const OPTIONS = {
  ...WHERE,
  machines: { type: 'string', default: '127.0.0.1' },
  bind: { type: 'string' },
  certificate: { type: 'string' },
} as const;

/** More would be another design. */
const MOST_MACHINES = 100;
/** What may stand in a line of HAProxy's: nothing that begins a comment, a quote or another word. */
const WORD = /^[\w.:*@/[\]-]+$/;

export function haproxyConfig(argv: readonly string[]): Promise<Said> {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  noMore(positionals, 'haproxy-config');
  const { certificate, bind = certificate === undefined ? ':80' : ':443' } = values;
  const machines = values.machines.split(',').map((machine) => machine.trim());
  checkWords({ machines, bind: [bind], certificate: certificate === undefined ? [] : [certificate] });
  const config = loadConfig(settingsPath(values));
  checkReach(config, machines);
  return Promise.resolve({ text: haproxyText(config, { bind, certificate, machines }), code: 0 });
}

/** @throws Misuse */
function checkWords(words: Readonly<Record<string, readonly string[]>>): void {
  for (const [option, values] of Object.entries(words)) {
    const wrong = values.find((value) => !WORD.test(value));
    if (wrong !== undefined)
      throw new Misuse(
        `--${option}: "${wrong}" can't stand in HAProxy's configuration: use names, addresses and paths without blanks`,
      );
    if (values.length > MOST_MACHINES || new Set(values).size < values.length)
      throw new Misuse(`--${option}: name each once, ${MOST_MACHINES} at the most`);
  }
}

/** @throws Misuse when the workers would not hear HAProxy */
function checkReach({ http, admin }: Config, machines: readonly string[]): void {
  const isHere = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');
  if (machines.every(isHere)) return;
  const deaf = Object.entries({ http, admin }).filter(([, { host }]) => isHere(host));
  const [[section, { host }] = ['', { host: '' }]] = deaf;
  if (deaf.length > 0)
    throw new Misuse(
      `${section}.host is ${host}: other machines can't reach the workers. Set it to the address in your own network, behind a firewall`,
    );
}
