/** Settings that are right, for what needs some. */
import { checkConfig } from '../../bridge/config/load.ts';
import type { Config } from '../../bridge/config/schema.ts';
import type { Settings, SettingsChange } from './settings.ts';

const SECRET = (name: string): string => `${name}-`.padEnd(40, 'fb3c9a');
const account = { user: 'im', password: 'of the database', database: 'im' };

export const RIGHT: Settings = {
  domain: 'im.example',
  http: { port: 8080, origins: ['https://www.example.org'] },
  admin: { port: 8081 },
  xmpp: {},
  component: { secret: SECRET('component') },
  token: { secret: SECRET('token') },
  ticket: { secret: SECRET('ticket') },
  mysql: { ...account },
  site: {
    mysql: { ...account },
    queries: { user: 'SELECT ?', friends: 'SELECT ?', areFriends: 'SELECT ?, ?', password: 'SELECT ?' },
  },
};

/** With sections that are otherwise. */
export function rightConfig(change: SettingsChange = {}): Config {
  const sections = Object.entries(change).map(([name, section]) => [
    name,
    { ...(RIGHT[name as keyof Settings] as object | undefined), ...(section as object) },
  ]);
  return checkConfig('test.yml', { ...RIGHT, ...Object.fromEntries(sections) });
}
