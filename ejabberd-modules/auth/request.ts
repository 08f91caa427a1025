/** What ejabberd asks, from the payload of a frame. */

export type AuthRequest =
  | {
      readonly operation: 'auth';
      readonly localPart: string;
      readonly server: string;
      readonly password: string;
    }
  | { readonly operation: 'isuser'; readonly localPart: string; readonly server: string }
  /** Accounts and passwords are the site's to change: these are never done, and neither is what we don't know. */
  | { readonly operation: 'refused'; readonly asked: string };

const REFUSED = new Set(['setpass', 'tryregister', 'removeuser', 'removeuser3', 'certauth']);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }); // which keeps a U+FEFF

/** Splits at the first colons alone: a password may have some. Never throws. */
export function parseAuthRequest(payload: Buffer): AuthRequest {
  const fields = decode(payload)?.split(':') ?? [];
  const [operation = '', localPart, server, ...rest] = fields;
  if (localPart !== undefined && server !== undefined) {
    if (operation === 'auth' && rest.length > 0)
      return { operation, localPart, server, password: rest.join(':') };
    if (operation === 'isuser' && rest.length === 0) return { operation, localPart, server };
  }
  return { operation: 'refused', asked: REFUSED.has(operation) ? operation : 'unknown' };
}

function decode(payload: Buffer): string | undefined {
  try {
    return utf8.decode(payload);
  } catch {
    return undefined; // not UTF-8: nobody's name or password
  }
}
