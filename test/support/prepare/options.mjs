/** The options of `npm start`, `npm stop` and their help: read before anything is installed. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Fault } from './say.mjs';

const DEFAULT_DIR = '.run';
const DEFAULT_PORT_BASE = 7400;
/** Ports that a stack takes, from --port-base up. */
const PORTS = 11;

export const START_HELP = `npm start [-- OPTIONS]      the whole chat on this machine, with a demo site

  --detach         come back when all is ready; npm stop ends it
  --dir DIR        data, settings and logs (default ${DEFAULT_DIR}); kept from one start to the next
  --port-base N    the site's port; the others follow it (default ${DEFAULT_PORT_BASE})
  --users N        N more accounts: u0, u1, … with the passwords pw-u0, pw-u1, …
  --friends K      each of those has about K friends among them (default 20)
  --help           this text`;

export const STOP_HELP = `npm stop [-- OPTIONS]      ends what npm start began

  --dir DIR        as given to npm start (default ${DEFAULT_DIR})
  --help           this text`;

const START = {
  detach: { type: 'boolean', default: false },
  dir: { type: 'string', default: DEFAULT_DIR },
  'port-base': { type: 'string', default: String(DEFAULT_PORT_BASE) },
  users: { type: 'string', default: '0' },
  friends: { type: 'string', default: '20' },
  help: { type: 'boolean', default: false },
};
const STOP = { dir: START.dir, help: START.help };

/** @throws Fault that names the option. */
export function startOptions(args) {
  const values = parse(args, START, 'npm start');
  const users = number(values, 'users', 0, 1_000_000);
  return {
    help: values.help,
    detach: values.detach,
    dir: folder(values.dir),
    portBase: number(values, 'port-base', 1, 65_535 - PORTS + 1),
    users,
    friends: Math.min(number(values, 'friends', 0, 5000), Math.max(0, users - 1)),
  };
}

/** @throws Fault that names the option. */
export function stopOptions(args) {
  const values = parse(args, STOP, 'npm stop');
  return { help: values.help, dir: folder(values.dir) };
}

function parse(args, options, command) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const what = error.message.split('. ')[0];
    throw new Fault(`${what}. The options are shown by: ${command} -- --help`);
  }
}

function number(values, name, least, most) {
  const text = values[name];
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Fault(`--${name} must be a whole number from ${least} to ${most}, and not "${text}"`);
}

function folder(text) {
  if (text === '') throw new Fault('--dir needs the name of a folder');
  return resolve(text);
}
