import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { checkPorts, freePorts, portsFrom } from '../../support/stack-ports.ts';

describe('the ports of a stack', () => {
  let server: Server | undefined;

  afterEach(() => {
    server?.close();
  });

  test('follow each other from the base, and none is used twice', () => {
    expect(portsFrom(7400)).toMatchObject({ site: 7400, bridge: 7401, componentAdmin: 7410 });
    expect(new Set(Object.values(portsFrom(7400))).size).toBe(11);
  });

  test('are free when nobody asked for certain ones', async () => {
    await expect(checkPorts(await freePorts())).resolves.toBeUndefined();
  });

  test('that somebody has are named, with their purpose and what to do', async () => {
    const ports = await freePorts();
    server = createServer();
    await new Promise<void>((resolve) => server?.listen(ports.mysql, '127.0.0.1', resolve));
    await expect(checkPorts(ports)).rejects.toThrow(
      `Port ${ports.mysql}, for MariaDB, is in use.\nChoose other ports with --port-base N.`,
    );
  });
});
