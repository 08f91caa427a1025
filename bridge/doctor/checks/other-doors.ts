/** Listeners that are neither for the bridge nor for native clients: other servers, and what is asked over HTTP. */
import { isLoopback } from '../access.ts';
import { isOn, type Listener } from '../ejabberd-settings.ts';
import type { Facts } from '../facts.ts';
import { advice, fault, ok, type Finding } from '../finding.ts';
import { nameOf } from './listener-name.ts';

/** What takes passwords over HTTP. */
const TAKES_PASSWORDS = new Set(['mod_bosh', 'ejabberd_http_ws', 'mod_register_web', 'ejabberd_web_admin']);
const METRICS = 'site_metrics';

export function otherDoors({ ejabberd }: Facts): readonly Finding[] {
  const http = ejabberd.listening('ejabberd_http');
  return [
    ...ejabberd.listening('ejabberd_s2s_in').map(serversDoor),
    ...http.flatMap(passwordDoors),
    ...metrics(http),
  ];
}

function serversDoor(listener: Listener): Finding {
  const says = 'a door for other servers: nobody is to come through it';
  return advice(nameOf(listener, 'module'), says, 'take the listener out');
}

function passwordDoors(listener: Listener): Finding[] {
  return handlersOf(listener)
    .filter((name) => TAKES_PASSWORDS.has(name))
    .map((name) => {
      const [setting, mend] = [nameOf(listener, name), `take ${name} out of request_handlers`];
      if (isOn(listener.options['tls']) || isLoopback(listener.ip))
        return advice(setting, 'one more way in to keep an eye on; the bridge needs it not', mend);
      const says = `it listens on ${listener.ip} and takes passwords in the clear`;
      return fault(setting, says, `${mend}, or tls: true`);
    });
}

/** What the filter decides, and what waits at ejabberd: for Prometheus. */
function metrics(http: readonly Listener[]): Finding[] {
  const found = http.filter((listener) => handlersOf(listener).includes(METRICS));
  if (found.length === 0) {
    const says = 'nobody can see what the filter refuses, and our alarms for it stay silent';
    const mend = `add /metrics: ${METRICS} to the request_handlers of a listener of ejabberd_http on 127.0.0.1`;
    return [advice('listen: ejabberd_http: request_handlers', says, mend)];
  }
  return found.map((listener) => {
    const setting = nameOf(listener, METRICS);
    if (isLoopback(listener.ip)) return ok(setting, 'Prometheus can ask, on this machine');
    const says = `it listens on ${listener.ip}: anybody who reaches it reads how much is going on`;
    return advice(setting, says, 'ip: 127.0.0.1, or a firewall that lets in Prometheus alone');
  });
}

const handlersOf = ({ options }: Listener): string[] =>
  Object.values(options['request_handlers'] ?? {}).map(String);
