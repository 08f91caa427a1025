/** The XMPP half of the stack for the tests of a file. */
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { XmppCore } from './xmpp-parts.ts';

export { XmppCore };

/** For all tests of a file: up before the first, down after the last; each test's clients end with it. */
export function useXmppCore(): XmppCore {
  const core = new XmppCore();
  beforeAll(() => core.start(), 120_000);
  afterEach(() => core.goHome());
  afterAll(() => core.stop(), 60_000);
  return core;
}
