/** The releases of ejabberd that must do, and where Debian has them. */
import { packagesFor } from '../support/prepare/debian.mjs';

/** Oldest first. `backports`: ejabberd and Erlang come from there, all else from the suite. */
export const RELEASES = [
  { version: '23.01', suite: 'bookworm' },
  { version: '24.12', suite: 'bookworm', backports: 'bookworm-backports' },
  { version: '26.07', suite: 'sid' },
];

/** Of what the tests need, these are for browsers alone, and no suite here has one. */
const FOR_BROWSER = ['chromium', 'firefox-esr', 'fonts-dejavu-core', 'fonts-noto-color-emoji'];
/** What the machine's own Node, which is lent to the folder, is linked with. */
const FOR_NODE = ['libstdc++6', 'ca-certificates'];

export const PACKAGES = [...packagesFor('test').filter((name) => !FOR_BROWSER.includes(name)), ...FOR_NODE];

/** The releases called for, or all. @throws RangeError that names an unknown one. */
export function releasesOf(versions) {
  const unknown = versions.find((version) => !RELEASES.some((release) => release.version === version));
  if (unknown !== undefined) throw new RangeError(unknown);
  return RELEASES.filter(({ version }) => versions.length === 0 || versions.includes(version));
}
