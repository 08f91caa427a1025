/**
 * Debian's Firefox ESR, driven through WebDriver BiDi (https://w3c.github.io/webdriver-bidi): Playwright's own protocol
 * needs a Firefox that Playwright has patched. Seen with Firefox 153 and Playwright 1.65, what does not work there:
 *
 *   colours and motion   `colorScheme`, `reducedMotion` and `page.emulateMedia` are refused: see `withoutMedia`
 *   bypassCSP            has no effect
 *   isMobile, hasTouch   have no effect; `viewport` has
 *   javaScriptEnabled    has no effect
 *   permissions          are granted, and `Notification.permission` stays `denied`
 *   CDP sessions         there are none: no slow network, no frozen page
 *   focus                pages are windows, all of them visible; only the one in front has `document.hasFocus()`
 *
 * Stories that need one of these run in Chromium alone.
 */
import { firefox, type Browser } from 'playwright-core';

/** No calls home. */
const PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.auto': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.enabled': false,
};

/** A headless Firefox with a profile of its own, which goes when it is closed. */
export async function launchFirefox(executablePath: string): Promise<Browser> {
  const browser = await firefox.launch({
    channel: 'moz-firefox', // that is what chooses BiDi
    executablePath,
    firefoxUserPrefs: PREFERENCES,
  });
  withoutMedia(browser);
  return browser;
}

const MEDIA = 'emulation.setMediaFeaturesOverride';

interface Session {
  send(method: string, parameters: { features?: Record<string, unknown> }): Promise<unknown>;
}

/** The part of Playwright behind its interface that is reached into. */
interface Inside {
  readonly _connection: { toImpl: (browser: Browser) => { readonly _browserSession: Session } };
}

/**
 * Playwright sends the colour scheme of each new context, also when nobody chose one, and this Firefox does not know
 * the command. So the empty choice is not sent; any other is, and is refused.
 */
function withoutMedia(browser: Browser): void {
  const session = (browser as unknown as Inside)._connection.toImpl(browser)._browserSession;
  const send = session.send.bind(session);
  session.send = (method, parameters) =>
    method === MEDIA && parameters.features?.['prefers-color-scheme'] === undefined
      ? Promise.resolve({})
      : send(method, parameters);
}
