/** Scripts in pages that enforce Trusted Types (W3C): there an address is refused unless a policy has vouched for it. */

/** What a page's Content-Security-Policy names: `trusted-types im-bridge`. */
const POLICY = 'im-bridge';

interface Policy {
  /** A TrustedScriptURL, which `src` takes in place of a string. */
  createScriptURL(address: string): string;
}

/** As far as it is used here; browsers that have none take any address. */
interface PolicyFactory {
  createPolicy(name: string, rules: Policy): Policy;
}

let policy: Policy | undefined;

/** @param address of the bridge: nothing that a person wrote is its origin. */
export function scriptAddress(address: string): string {
  policy ??= makePolicy();
  return policy.createScriptURL(address);
}

/** A page may allow other policies alone; whether it refuses addresses too, the script tag will tell. */
function makePolicy(): Policy {
  const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };
  const asItIs: Policy = { createScriptURL: (address) => address };
  try {
    return trustedTypes?.createPolicy(POLICY, asItIs) ?? asItIs;
  } catch {
    return asItIs;
  }
}
