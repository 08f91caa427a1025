/** What we use of @xmpp/component 0.13.1, which comes without types. */
declare module '@xmpp/component' {
  import type { EventEmitter } from 'node:events';
  import type { Element } from '@xmpp/xml';

  export interface Component extends EventEmitter {
    readonly reconnect: { stop(): void };
    readonly parser: { write(text: string): void } | null;
    readonly socket: { destroy(error?: Error): void } | null;
    timeout: number;
    /** Replaced in link.ts. */
    _onData(data: Buffer): void;
    connect(service: string): Promise<void>;
    open(options: { domain: string }): Promise<Element>;
    stop(): Promise<unknown>;
    send(element: Element): Promise<void>;
  }

  export function component(options: { service: string; domain: string; password: string }): Component;
  export function xml(name: string, attrs?: object, ...children: (Element | string)[]): Element;
}
