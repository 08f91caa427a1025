/** The parts that follow the site's changes, connected: outbox, jobs, pushes to ejabberd and their answers. */
import type { Element } from '@xmpp/xml';
import type { Config } from '../../bridge/config/schema.ts';
import type { Log } from '../../bridge/log.ts';
import { MysqlPool } from '../../bridge/mysql/pool.ts';
import type { Directory } from '../../bridge/site/directory.ts';
import { openChanges } from '../../bridge/site/open.ts';
import { SignOuts } from '../../bridge/store/sign-outs.ts';
import { Iq } from '../../bridge/xmpp/iq.ts';
import { isAnswer, sendOn, type Link } from './link.ts';
import { Pushes } from './pushes.ts';
import { Tail } from './tail.ts';

/** Milliseconds for ejabberd to do a push: a pull may take 3.5 s, and be asked twice. */
const PUSH_TIMEOUT = 10_000;

export interface FollowingOptions {
  readonly config: Config;
  readonly directory: Directory;
  readonly link: Link;
  readonly log: Log;
}

export interface Following {
  /** Takes the answer to a push. False for what is none. */
  take(stanza: Element): boolean;
  /** The link is down: answers to what was sent on it will not come. */
  down(): void;
  close(): Promise<void>;
}

export function following({ config, directory, link, log }: FollowingOptions): Following {
  const { domain, component } = config;
  const changes = openChanges(config, log);
  if (changes === undefined) {
    log.event('no-outbox');
    return { take: () => false, down: () => undefined, close: () => Promise.resolve() };
  }
  const bareAddress = `site.${domain}`;
  const iq = new Iq({ domain, bareAddress, timeout: PUSH_TIMEOUT, send: sendOn(link, bareAddress) });
  const pool = new MysqlPool('bridge', config.mysql, log);
  const signOuts = new SignOuts(pool);
  const pushes = new Pushes({
    domain,
    directory,
    push: (payload) => iq.request('set', payload, domain),
    signOut: (user) => signOuts.add(user),
  });
  const tail = new Tail({
    changes,
    do: (job) => pushes.do(job),
    ready: () => link.up,
    every: component.changesEvery,
    atOnce: component.changesAtOnce,
    log,
  });
  void tail.run();
  const close = async (): Promise<void> => {
    iq.failAll();
    await tail.close();
    await Promise.all([changes.close(), pool.close()]);
  };
  const take = (stanza: Element): boolean => isAnswer(stanza) && iq.take(stanza);
  return { take, down: () => iq.failAll(), close };
}
