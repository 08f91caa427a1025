/** What @xmpp/client does more often than it need: writes, acknowledgements, and looks at what it passes on. */
import type { Socket } from 'node:net';
import { xml } from '@xmpp/client';
import type { Element } from '@xmpp/xml';
import type { Library } from './library-internals.ts';
import { NS } from './namespaces.ts';

/** What is sent in one turn goes out in one write: a message, what asks for its answer, and acknowledgements. */
export function gather(xmpp: Library): void {
  const socket = socketOf(xmpp);
  if (socket?.writableCorked !== 0) return; // gathering already; or TLS, which has no such thing
  socket.cork?.();
  setImmediate(() => socket.uncork?.());
}

function isGathering(xmpp: Library): boolean {
  return (socketOf(xmpp)?.writableCorked ?? 0) > 0;
}

function socketOf(xmpp: Library): Partial<Pick<Socket, 'cork' | 'uncork' | 'writableCorked'>> | null {
  return xmpp.socket as Partial<Socket> | null;
}

/**
 * Messages and presence pass the library's middleware by, where they would be counted and nothing else (XEP-0198,
 * section 4): it reads each address anew, for handlers that are all of requests or of the stream itself.
 */
export function passBy(xmpp: Library): void {
  const handlers = xmpp.listeners('element') as ((element: Element) => void)[];
  xmpp.removeAllListeners('element');
  xmpp.on('element', (element) => {
    if (element.name === 'message' || element.name === 'presence') xmpp.streamManagement.inbound += 1;
    else for (const handle of handlers) handle(element);
  });
}

/** Milliseconds that the server waits for an acknowledgement which has nothing to go out with. */
const ACK_MAY_WAIT = 100;

/**
 * Acknowledgements (XEP-0198, section 4) go out with other stanzas, in either direction, or one for many: a write costs
 * more than what is in it. ejabberd asks behind each stanza, unless it waits for an answer already. Until then
 * stanzas are its own to keep: the successor of a process that is killed gets those of this time again. A stream that
 * is closed acknowledges by itself.
 *
 * @param beforeAck what is acknowledged now will not come again: a journal has to have it first
 */
export function putOffAcknowledgements(xmpp: Library, beforeAck: () => void): void {
  const onElement = xmpp._onElement.bind(xmpp);
  const sm = xmpp.streamManagement;
  sm.requestAckDebounce = sm.requestAckInterval; // fault 6: no request of its own behind each stanza
  let waiting: NodeJS.Timeout | undefined;
  const answer = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    beforeAck();
    onElement(xml('r', { xmlns: NS.sm }));
    if (sm.outbound_q.length > 0) void xmpp.send(xml('r', { xmlns: NS.sm }));
  };
  xmpp._onElement = (element) => {
    if (!element.is('r', NS.sm)) onElement(element);
    else if (isGathering(xmpp)) answer();
    else waiting ??= setTimeout(answer, ACK_MAY_WAIT);
  };
  xmpp.on('send', () => {
    if (waiting !== undefined) answer();
  });
  xmpp.on('disconnect', () => {
    clearTimeout(waiting);
    waiting = undefined;
  });
}
