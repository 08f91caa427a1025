/** One user's XMPP session as a bridge has it, and a session behind it that only remembers what it is told. */
import { randomBytes } from 'node:crypto';
import { afterEach } from '@jest/globals';
import { createLog } from '../../bridge/log.ts';
import type { Message } from '../../bridge/protocol/events.ts';
import type { Downstream, Input, Known, LinkRecord, OwnPresence } from '../../bridge/session/ports.ts';
import { Seldom } from '../../bridge/seldom.ts';
import { Turns } from '../../bridge/turns.ts';
import type { UpstreamOptions } from '../../bridge/xmpp/upstream-options.ts';
import { XmppUpstream } from '../../bridge/xmpp/upstream.ts';
import { waitUntil } from './wait-until.ts';
import { useXmppCore, type XmppCore } from './xmpp-core.ts';

type Of<T extends Input['type']> = Extract<Input, { type: T }>;

export class UpstreamSession implements Downstream {
  readonly inputs: Input[] = [];
  /** The record of the link, as far as it was told to be kept. */
  readonly kept: Record<string, unknown> = {};
  /** Inputs that were there then. */
  keptInputs = 0;
  /** Does anybody wait for it? */
  wanted = true;
  readonly upstream: XmppUpstream;
  /** What the session knows when it is asked. */
  readonly knows: { -readonly [K in keyof Known]: Known[K] };

  constructor(core: XmppCore, user: string, knows: Partial<Known>, options: Partial<UpstreamOptions>) {
    this.knows = {
      newest: undefined,
      conversations: [],
      wanted: [],
      presence: { show: 'online' },
      ...knows,
    };
    this.upstream = new XmppUpstream({
      user,
      host: '127.0.0.1',
      port: core.ejabberd.ports.c2s,
      tls: false,
      domain: core.domain,
      resource: `web-${randomBytes(6).toString('hex')}`,
      timeout: 10_000,
      resumeTimeout: 30,
      queue: 500,
      catchUp: 2000,
      snapshot: 20,
      credential: () => Promise.resolve(`pw-${user}`),
      isToGo: () => Promise.resolve(undefined),
      opened: 1000,
      logins: new Turns(10, 10),
      patience: 30_000,
      log: createLog('test', { level: 'fatal', pretty: false }),
      told: new Seldom(),
      session: this,
      onFault: () => undefined,
      onIgnored: () => undefined,
      onFull: () => undefined,
      ...options,
    });
  }

  take(input: Input): void {
    this.inputs.push(input);
  }

  keep(change: LinkRecord): void {
    Object.assign(this.kept, change);
    this.keptInputs = this.inputs.length;
  }

  refresh(): Promise<void> {
    return Promise.resolve(); // the test changes what it knows
  }

  known(): Known {
    return this.knows;
  }

  isWanted(): boolean {
    return this.wanted;
  }

  of<T extends Input['type']>(type: T): Of<T>[] {
    return this.inputs.filter((input): input is Of<T> => input.type === type);
  }

  /** The first input of the type, now or to come, that is wanted. */
  waitFor<T extends Input['type']>(type: T, wanted: (input: Of<T>) => boolean = () => true): Promise<Of<T>> {
    return waitUntil(`the input ${type}`, () => this.of(type).find(wanted));
  }

  async hears(body: string): Promise<Message> {
    return (await this.waitFor('message', ({ message }) => message.body === body)).message;
  }

  appears(presence: OwnPresence): void {
    this.knows.presence = presence;
    this.upstream.presence(presence);
  }

  /** What stands in the answers of the first look into the archive. */
  async caughtUp(): Promise<Of<'history'>> {
    return this.waitFor('history');
  }
}

export interface Upstreams {
  readonly core: XmppCore;
  /** Opens a session; it is set up when this resolves, and closed when the test is over. */
  readonly open: (
    user: string,
    knows?: Partial<Known>,
    options?: Partial<UpstreamOptions>,
  ) => Promise<UpstreamSession>;
}

/** Sessions on a core of the file's own: they end before it looks whether everybody has gone home. */
export function useUpstreams(): Upstreams {
  const opened: UpstreamSession[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(({ upstream }) => upstream.close()));
  });
  const core = useXmppCore();
  return {
    core,
    async open(user, knows = {}, options = {}) {
      const session = new UpstreamSession(core, user, knows, options);
      opened.push(session);
      await session.upstream.ready;
      return session;
    },
  };
}
