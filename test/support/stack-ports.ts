/** The ports of a stack: what each is for, and whether it is free. */
import { createServer } from 'node:net';
import { freePort } from './ports.ts';

/** In the order in which they follow --port-base. */
const PURPOSES = {
  site: 'the demo site',
  bridge: 'the bridge',
  admin: "the bridge's metrics",
  xmpp: 'XMPP of the bridge',
  native: 'XMPP of native clients',
  component: 'the XMPP component',
  api: "ejabberd's HTTP API",
  mysql: 'MariaDB',
  epmd: "Erlang's port mapper",
  dist: "Erlang's distribution",
  componentAdmin: "the component's metrics",
} as const;

export type PortName = keyof typeof PURPOSES;
export type StackPorts = Readonly<Record<PortName, number>>;

const NAMES = Object.keys(PURPOSES) as PortName[];

export function portsFrom(base: number): StackPorts {
  const entries = NAMES.map((name, index) => [name, base + index] as const);
  return Object.fromEntries(entries) as Record<PortName, number>;
}

/** Ports that are free at this moment: for tests, several stacks at a time. */
export async function freePorts(): Promise<StackPorts> {
  const taken = new Set<number>();
  while (taken.size < NAMES.length) taken.add(await freePort());
  const ports = [...taken];
  return Object.fromEntries(NAMES.map((name, index) => [name, ports[index]])) as Record<PortName, number>;
}

/** @throws Error with a sentence for each port that can't be had. */
export async function checkPorts(ports: StackPorts): Promise<void> {
  const faults = await Promise.all(NAMES.map((name) => faultOf(ports[name], PURPOSES[name])));
  const found = faults.filter((fault) => fault !== undefined);
  if (found.length > 0) throw new Error([...found, 'Choose other ports with --port-base N.'].join('\n'));
}

/** Listens for a moment, as a connection would not find a port that is bound and not yet accepting. */
function faultOf(port: number, purpose: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(sentence(port, purpose, error.code));
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(undefined);
      });
    });
  });
}

function sentence(port: number, purpose: string, code: string | undefined): string {
  const which = `Port ${port}, for ${purpose},`;
  if (code === 'EADDRINUSE') return `${which} is in use.`;
  if (code === 'EACCES') return `${which} is not for ordinary users.`;
  return `${which} can't be used (${code ?? 'error'}).`;
}
