/** Why ejabberd does not let a component in, as a sentence for who can mend it. */

const UNKNOWN =
  'ejabberd refuses the component: `hosts` of the listener ejabberd_service in ejabberd.yml must have this domain, with component.secret of im-bridge.yml as its password';

/** By the condition of the stream error (RFC 6120, section 4.9.3). */
const SENTENCES: Readonly<Record<string, string>> = {
  'not-authorized': UNKNOWN, // 23.01: for a wrong secret and for a domain that is not configured
  'host-unknown': UNKNOWN,
  conflict:
    'ejabberd has this domain for itself: it must not stand in `hosts` at the top of ejabberd.yml, but with the listener ejabberd_service',
};

/** Undefined for any other fault. */
export function refusalIn(error: unknown): string | undefined {
  const condition: unknown = error instanceof Error && 'condition' in error ? error.condition : undefined;
  return typeof condition === 'string' ? SENTENCES[condition] : undefined;
}
