/** How long a stanza may be: long enough for the bridge's messages, too short for what ends the external-auth script. */
import { isLoopback } from '../access.ts';
import { isOn, sizeOf, type Listener } from '../ejabberd-settings.ts';
import type { Facts } from '../facts.ts';
import { advice, fault, ok, type Finding } from '../finding.ts';

/** A character may become six in XML, as `"` becomes `&quot;`; and a stanza has more than a body. */
const ESCAPED = 6;
const AROUND = 4096;
/** Bytes of a SASL PLAIN message in base64 whose password still fits the 16-bit length of an external-auth frame. */
const MOST = 87_000;
const DEADLY =
  'who is not even signed in can send a password of more than 65535 bytes, which ends every external-auth process, and soon for good';

export function stanzaSizes(facts: Facts): readonly Finding[] {
  return facts.ejabberd
    .listening('ejabberd_c2s')
    .map((listener) =>
      listener.port === facts.bridge.xmpp.port ? ofBridge(facts, listener) : ofOthers(listener),
    );
}

const settingOf = ({ module, port }: Listener): string => `listen: ${module} on ${port}: max_stanza_size`;
const bytesOf = ({ options }: Listener): number => sizeOf(options['max_stanza_size']) ?? Infinity;

function ofBridge({ bridge }: Facts, listener: Listener): Finding {
  const least = bridge.limits.message * ESCAPED + AROUND;
  const [setting, size] = [settingOf(listener), bytesOf(listener)];
  if (size < least)
    return fault(
      setting,
      `${size} bytes: a message of limits.message (${bridge.limits.message} bytes) can take ${least} as XML, and a larger stanza ends its sender’s stream`,
      'max_stanza_size: 262144, or a smaller limits.message',
    );
  if (size > MOST && isOpen(listener))
    return advice(setting, DEADLY, 'let a firewall pass the bridges alone to this port');
  return ok(setting, 'above the longest message');
}

/** One that takes passwords in the clear is not to be opened at all: listeners.ts says so. */
function isOpen({ ip, options }: Listener): boolean {
  return !isLoopback(ip) && (isOn(options['tls']) || isOn(options['starttls_required']));
}

function ofOthers(listener: Listener): Finding {
  const setting = settingOf(listener);
  if (bytesOf(listener) <= MOST || isLoopback(listener.ip)) return ok(setting, 'small enough');
  return fault(setting, DEADLY, 'max_stanza_size: 65536');
}
