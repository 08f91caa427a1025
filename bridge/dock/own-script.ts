/** The tag that this script came from: what it says, and where the bridge is. Only while the script runs first does the page tell. */
export const ownTag: HTMLScriptElement | undefined =
  document.currentScript instanceof HTMLScriptElement ? document.currentScript : undefined;

/** The bridge's address, without a slash at its end. */
export const ownUrl: string | undefined =
  ownTag === undefined ? undefined : new URL('.', ownTag.src).href.replace(/\/$/, '');
