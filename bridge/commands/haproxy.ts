/**
 * HAProxy's configuration in front of the workers of one machine or several: all calls of one user go to one worker, found
 * by a consistent hash of `u`, so that a worker that is away moves its own users and nobody else's.
 */
import type { Config } from '../config/schema.ts';
import { placesOf } from '../supervision/places.ts';

export interface HaproxyOptions {
  /** Where HAProxy takes browsers, as in `:443`. */
  readonly bind: string;
  /** File of certificate and key, for TLS. */
  readonly certificate?: string | undefined;
  /** As HAProxy reaches them. */
  readonly machines: readonly string[];
}

/** Seconds that a poll may be late beyond `hold`, and that other calls may take: their own deadlines are shorter. */
const MARGIN = 30;
/** Seconds: shorter than the bridge keeps an idle connection, so that a call never meets one that is being closed. */
const KEEP_ALIVE = 50;
/** Bytes beside an address or a body, for headers. */
const HEADERS = 16_384;

export function haproxyText(config: Config, options: HaproxyOptions): string {
  return [about(config, options), globals(config), frontend(options), backend(config, options)].join('\n');
}

function about({ http }: Config, { machines, certificate }: HaproxyOptions): string {
  const loopback = machines.every((machine) => machine === '127.0.0.1');
  const address = loopback ? '127.0.0.1' : 'the address of this machine, as the workers see it';
  const trusts = http.trustedProxies.length > 0;
  const lines = [
    'HAProxy 2.6 or later in front of im-bridge. Made by: im-bridge haproxy-config',
    `http.trustedProxies of the bridge must have ${address}: it has ${trusts ? http.trustedProxies.join(', ') : 'nothing yet'}.`,
    ...(certificate === undefined
      ? [
          'No TLS: tokens and messages can be read on the way. Make it anew with --certificate FILE (certificate and key in one).',
        ]
      : []),
  ];
  return lines.map((line) => `# ${line}\n`).join('');
}

function globals({ limits }: Config): string {
  const silent = limits.hold + MARGIN;
  // A whole body has to fit, as `u` may stand in it alone; and the longest address that the bridge takes.
  const buffer = Math.max(limits.body, limits.url) + HEADERS;
  return `global
    chroot /var/lib/haproxy
    user haproxy
    group haproxy
    log stdout format raw daemon info
    # Connections: as many as open files allow (LimitNOFILE of the service), two for each poll that is held.
    tune.bufsize ${buffer}
    ssl-default-bind-options ssl-min-ver TLSv1.2

defaults
    mode http
    log global
    option dontlognull
    # What is in an address is nobody's business: JSONP has tokens and texts there.
    log-format "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %tsc %HM %HPO"
    timeout connect 3s
    timeout http-request 15s
    timeout http-keep-alive ${KEEP_ALIVE}s
    # A poll is silent for limits.hold (${limits.hold} s), a stream for half of it.
    timeout client ${Math.ceil(silent)}s
    timeout server ${Math.ceil(silent)}s
    # A call that reached nobody may go to another worker; one that was sent is not sent again.
    retries 2
    option redispatch
`;
}

function frontend({ bind, certificate }: HaproxyOptions): string {
  const tls = certificate === undefined ? '' : ` ssl crt ${certificate} alpn h2,http/1.1`;
  return `frontend chat
    bind ${bind}${tls}
    option forwardfor
    # Who calls: our client has u in every address; a POST may have it in its JSON alone.
    http-request set-var(txn.u) url_param(u),url_dec(1)
    http-request wait-for-body time 10s if METH_POST !{ var(txn.u) -m found }
    http-request set-var(txn.u) req.body,json_query('$.u') if METH_POST !{ var(txn.u) -m found }
    default_backend workers
`;
}

function backend(config: Config, { machines }: HaproxyOptions): string {
  const servers = machines.flatMap((machine, index) =>
    placesOf(config, '').map(({ number, web, admin }) => {
      const name = `m${index + 1}w${number}`;
      return `    server ${name} ${addressed(machine, web.port)} check port ${admin.port}\n`;
    }),
  );
  return `backend workers
    # Scripts have no u: any worker gives them.
    balance hash var(txn.u)
    hash-type consistent
    # Not ready: it drains, or has not started yet. Not for a deploy, nor while one that was killed is followed by the next.
    option httpchk
    http-check send meth GET uri /ready
    http-check expect status 200
    default-server inter 2s fall 3 rise 1
${servers.join('')}`;
}

/** IPv6 in brackets. */
function addressed(machine: string, port: number): string {
  return machine.includes(':') ? `[${machine}]:${port}` : `${machine}:${port}`;
}
