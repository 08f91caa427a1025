/** Where ejabberd listens: what is said there in the clear, who may come, and how many at once. */
import { isLoopback } from '../access.ts';
import { isOn, sizeOf, type EjabberdSettings, type Listener } from '../ejabberd-settings.ts';
import type { Facts } from '../facts.ts';
import { advice, fault, ok, orOk, type Finding } from '../finding.ts';
import { nameOf } from './listener-name.ts';

/** Connections that wait to be accepted. Erlang's own default is 5. */
const BACKLOG = 1024;
/** A character may become six in XML, as `"` becomes `&quot;`; and a stanza has more than a body. */
const ESCAPED = 6;
const AROUND = 4096;
/** Bytes of a stanza whose base64 holds no more than the 65535 bytes that ejabberd can hand to an external process. */
const LONGEST_LOGIN = 87_000;

export function listeners(facts: Facts): readonly Finding[] {
  const { ejabberd } = facts;
  return [...bridgeListener(facts), ...clear(ejabberd), ...backlogs(facts), ...sizes(facts)];
}

function isOurs({ bridge }: Facts, listener: Listener): boolean {
  return listener.module === 'ejabberd_c2s' && listener.port === bridge.xmpp.port;
}

/** The one that the bridge connects to. */
function bridgeListener(facts: Facts): Finding[] {
  const { bridge, ejabberd } = facts;
  const found = ejabberd.listeners.find((listener) => isOurs(facts, listener));
  if (found === undefined) {
    const says = `no listener of ejabberd_c2s has xmpp.port ${bridge.xmpp.port} of the bridge’s settings`;
    return [fault('listen: ejabberd_c2s', says, 'add the listener “the bridge” of our ejabberd.yml')];
  }
  const { options } = found;
  const [tls, starttls, required] = [
    isOn(options['tls']),
    isOn(options['starttls']),
    isOn(options['starttls_required']),
  ];
  const secured = tls || (bridge.xmpp.tls ? !starttls && !required : required);
  const findings: Finding[] = [];
  if (secured)
    findings.push(
      fault(
        nameOf(found, 'starttls'),
        `the bridge’s settings say xmpp.tls: ${String(bridge.xmpp.tls)}, which does not fit this listener: no session of the bridge comes up`,
        bridge.xmpp.tls
          ? 'starttls: true, starttls_required: true'
          : 'a listener of its own for the bridge, on 127.0.0.1, with starttls: false',
      ),
    );
  if (options['shaper'] !== undefined)
    findings.push(
      advice(
        nameOf(found, 'shaper'),
        'it slows the bridge down as if it were one careless client',
        'no shaper on the listener of the bridge: it has limits of its own',
      ),
    );
  return [...orOk(findings, nameOf(found, 'for the bridge'), 'it is there, and fits the bridge’s settings')];
}

/** Passwords of the site go over these. */
function clear(ejabberd: EjabberdSettings): Finding[] {
  return ejabberd.listening('ejabberd_c2s').map((listener) => {
    const { options, ip } = listener;
    const setting = nameOf(listener, 'starttls_required');
    if (isOn(options['tls']) || isOn(options['starttls_required']))
      return ok(setting, 'nothing is said in the clear');
    if (isLoopback(ip)) return ok(setting, 'in the clear, on this machine alone');
    return fault(
      setting,
      `it listens on ${ip}, and takes passwords of the site in the clear`,
      isOn(options['starttls'])
        ? 'starttls_required: true'
        : 'ip: 127.0.0.1, or starttls: true with starttls_required: true',
    );
  });
}

function backlogs(facts: Facts): Finding[] {
  const asked = facts.ejabberd.listeners.filter(({ module }) => /^ejabberd_(c2s|service|http)$/.test(module));
  return asked.map((listener) => {
    const [setting, backlog] = [nameOf(listener, 'backlog'), sizeOf(listener.options['backlog']) ?? 5];
    if (backlog >= BACKLOG || listener.module === 'ejabberd_service')
      return ok(setting, 'enough connections may wait to be accepted');
    const says = `${backlog} connections may wait to be accepted: more at once, as after a restart, are lost`;
    const mend = `backlog: ${BACKLOG}`;
    return isOurs(facts, listener) ? fault(setting, says, mend) : advice(setting, says, mend);
  });
}

function sizes(facts: Facts): Finding[] {
  return facts.ejabberd
    .listening('ejabberd_c2s')
    .map((listener) =>
      isOurs(facts, listener) ? bridgesSize(facts, listener) : nativeSize(facts, listener),
    );
}

const sizeLimit = (listener: Listener): number => sizeOf(listener.options['max_stanza_size']) ?? Infinity;

/** A message that is too large for it ends the stream of its sender. */
function bridgesSize({ bridge }: Facts, listener: Listener): Finding {
  const setting = nameOf(listener, 'max_stanza_size');
  const [size, longest] = [sizeLimit(listener), bridge.limits.message];
  const least = longest * ESCAPED + AROUND;
  if (size >= least) return ok(setting, 'above the longest message');
  const says = `${size} bytes: a message of limits.message (${longest} bytes) can take ${least} as XML, and a larger stanza ends its sender’s stream`;
  return fault(setting, says, `max_stanza_size: 262144, or a smaller limits.message`);
}

/** Before anybody has signed in, it is the longest password that is handed to the external-auth processes. */
function nativeSize({ bridge }: Facts, listener: Listener): Finding {
  const setting = nameOf(listener, 'max_stanza_size');
  const size = sizeLimit(listener);
  if (size > LONGEST_LOGIN && !isLoopback(listener.ip)) {
    const says =
      'anybody can send a password of more than 65535 bytes, which ends the external-auth processes, and with them all logins';
    return fault(setting, says, 'max_stanza_size: 65536');
  }
  if (size >= bridge.limits.message + AROUND) return ok(setting, 'above the usual message, below what harms');
  return advice(setting, `${size} bytes: a long message ends its sender’s stream`, 'max_stanza_size: 65536');
}
