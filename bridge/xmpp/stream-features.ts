/** What a c2s port offers before anybody signs in (RFC 6120, section 4.3.2), also behind STARTTLS. */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { xml } from '@xmpp/client';

export interface StreamFeatures {
  readonly starttls: 'none' | 'offered' | 'required';
  /** SASL mechanisms before STARTTLS: what a password could be sent by in the clear. */
  readonly inClear: readonly string[];
  /** Behind TLS; absent when there is none. */
  readonly secure?: SecureFeatures;
}

export interface SecureFeatures {
  readonly mechanisms: readonly string[];
  /** Why a client would not trust the certificate; absent when it would. */
  readonly distrust?: string;
  /** When the certificate ends, in milliseconds since 1970. */
  readonly expires: number;
}

export interface PortOptions {
  readonly host: string;
  readonly port: number;
  readonly domain: string;
  /** TLS from the first byte (XEP-0368). */
  readonly directTls: boolean;
  /** Milliseconds for all of it. */
  readonly timeout: number;
}

/** Bytes of features: ejabberd's are below one thousand. */
const MOST = 65_536;

/** @throws Error when nothing listens there, or what listens does not speak XMPP, or not in time. */
export async function streamFeatures(options: PortOptions): Promise<StreamFeatures> {
  const { host, port, timeout } = options;
  const signal = AbortSignal.timeout(timeout);
  const socket = connectTcp({ host, port });
  try {
    if (options.directTls) {
      const secure = await secureFeatures(socket, options, signal);
      return { starttls: 'none', inClear: [], secure };
    }
    return await plainFeatures(socket, options, signal);
  } finally {
    socket.destroy();
  }
}

async function plainFeatures(
  socket: Socket,
  options: PortOptions,
  signal: AbortSignal,
): Promise<StreamFeatures> {
  const text = await ask(socket, header(options.domain), '</stream:features>', signal);
  const inClear = mechanismsIn(text);
  if (!text.includes('<starttls')) return { starttls: 'none', inClear };
  const starttls = /<starttls[^>]*>\s*<required/.test(text) ? 'required' : 'offered';
  await ask(
    socket,
    xml('starttls', { xmlns: 'urn:ietf:params:xml:ns:xmpp-tls' }).toString(),
    '<proceed',
    signal,
  );
  return { starttls, inClear, secure: await secureFeatures(socket, options, signal) };
}

/** The certificate is judged and not insisted on: to look is the purpose. */
async function secureFeatures(
  plain: Socket,
  { domain }: PortOptions,
  signal: AbortSignal,
): Promise<SecureFeatures> {
  const socket = connectTls({ socket: plain, servername: domain, rejectUnauthorized: false });
  const text = await ask(socket, header(domain), '</stream:features>', signal);
  const expires = Date.parse(socket.getPeerCertificate().valid_to);
  const distrust = distrustOf(socket);
  return { mechanisms: mechanismsIn(text), expires, ...(distrust !== undefined && { distrust }) };
}

function distrustOf(socket: TLSSocket): string | undefined {
  const error = socket.authorizationError as Error | string | null;
  if (error === null) return undefined;
  return typeof error === 'string' ? error : error.message;
}

function header(to: string): string {
  const xmlns = { xmlns: 'jabber:client', 'xmlns:stream': 'http://etherx.jabber.org/streams' };
  return xml('stream:stream', { to, version: '1.0', ...xmlns })
    .toString()
    .replace(/\/>$/, '>');
}

function mechanismsIn(text: string): string[] {
  return [...text.matchAll(/<mechanism[^>]*>([^<]{1,50})<\/mechanism>/g)].map(([, name]) => name ?? '');
}

/** Says something, and reads until `end` has come. */
function ask(socket: Socket, text: string, end: string, signal: AbortSignal): Promise<string> {
  let seen = '';
  let forget = (): void => undefined;
  const answer = new Promise<string>((resolve, reject) => {
    const onData = (data: Buffer): void => {
      seen += data.toString('latin1');
      if (seen.includes(end)) resolve(seen);
      else if (seen.length > MOST || seen.includes('</stream:stream>'))
        reject(new Error('what listens there does not speak XMPP for this domain'));
    };
    const onClose = (): void => reject(new Error('the connection was closed before an answer'));
    const onAbort = (): void => reject(new Error('no answer in time'));
    socket.on('data', onData).on('error', reject).on('close', onClose);
    signal.addEventListener('abort', onAbort);
    forget = () => {
      socket.on('error', () => undefined);
      socket.off('data', onData).off('error', reject).off('close', onClose);
      signal.removeEventListener('abort', onAbort);
    };
  });
  socket.write(text);
  return answer.finally(() => forget());
}
