/** What the demo site shows its operator at /admin of a stack on this machine. */
import { join } from 'node:path';
import { built } from '../support/root.ts';
import type { StackPorts } from '../support/stack-ports.ts';
import { OPERATOR } from './site/demo-people.ts';
import type { SiteSettingsInput } from './site/settings.ts';

type Corner = NonNullable<SiteSettingsInput['operator']>;

interface Place {
  /** Absolute, and without blanks: ejabberd could use no other. */
  readonly dir: string;
  readonly ports: Pick<StackPorts, 'admin' | 'componentAdmin' | 'api'>;
  /** Path of im-bridge.yml. */
  readonly config: string;
  readonly ejabberdctl: readonly string[];
}

export function operatorCorner({ dir, ports, config, ejabberdctl }: Place): Corner {
  const at = (port: number, path: string): string => `http://127.0.0.1:${port}/${path}`;
  const ctl = ejabberdctl.join(' ');
  const doctor = `node ${built('bridge/cli.js')} doctor --config ${config} --ejabberdctl ${ctl} --exchange ${dir}`;
  return {
    user: OPERATOR,
    addresses: [
      { name: 'Bridge: readiness', url: at(ports.admin, 'ready'), part: 'The bridge' },
      { name: 'Bridge: liveness', url: at(ports.admin, 'live') },
      { name: 'Bridge: metrics', url: at(ports.admin, 'metrics') },
      { name: 'Component: readiness', url: at(ports.componentAdmin, 'ready'), part: 'The component' },
      { name: 'Component: metrics', url: at(ports.componentAdmin, 'metrics') },
      { name: 'ejabberd: metrics', url: at(ports.api, 'metrics') },
    ],
    commands: [
      { name: 'Is ejabberd set up safely?', command: doctor },
      { name: 'Who is connected?', command: `${ctl} connected_users` },
      { name: 'From where, and for how long?', command: `${ctl} connected_users_info` },
      {
        name: 'All addresses, accounts and secrets of this stack',
        command: `cat ${join(dir, 'stack.json')}`,
      },
      { name: 'How is the bridge?', command: `node ${built('bridge/cli.js')} status --dir ${dir}` },
      { name: 'What each part writes', command: `tail -F ${join(dir, 'logs')}/*.log` },
    ],
  };
}
