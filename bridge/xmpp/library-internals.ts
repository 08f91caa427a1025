/** What @xmpp/client has and does not promise: all that its remedies touch. */
import type { Client } from '@xmpp/client';
import type { Element } from '@xmpp/xml';

/** The library's parts that its types leave out. */
interface Internals {
  sendMany(elements: Iterable<Element>): Promise<void>;
  _onData(data: Buffer): void;
  _onElement(element: Element): void;
  parser: { write(text: string): void } | null;
  streamManagement: Client['streamManagement'] & {
    outbound_q: unknown[];
    requestAckInterval: number;
    requestAckDebounce: number;
  };
}

export type Library = Client & Internals;
