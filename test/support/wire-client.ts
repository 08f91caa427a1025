/** Headless clients in Node, each test with a scripted bridge of its own. */
import { afterEach, beforeEach } from '@jest/globals';
import { createClient, linesWith, type Client, type ClientOptions } from '../../bridge/client/index.ts';
import { waitUntil } from './wait-until.ts';
import { WireFake } from './wire-fake.ts';

export interface WireClients {
  /** The bridge of the test that runs now. */
  readonly wire: WireFake;
  clientOf(options?: Partial<ClientOptions>): Client;
  /** Started, and waiting in a poll. */
  online(options?: Partial<ClientOptions>): Promise<Client>;
}

/** Called once in a test file. Stops all clients after each test. */
export function wireClients(): WireClients {
  let wire = new WireFake();
  const clients: Client[] = [];
  beforeEach(async () => {
    wire = await new WireFake().listen();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.stop();
    await wire.close();
  });
  /** `random: 0` makes every back-off the shortest there is. */
  function clientOf(options: Partial<ClientOptions> = {}): Client {
    const token = { user: 'alice', token: 'jwt' };
    const client = createClient({ url: wire.url, token, random: () => 0, page: null, ...options });
    clients.push(client);
    return client;
  }
  async function online(options: Partial<ClientOptions> = {}): Promise<Client> {
    const client = clientOf(options);
    client.start();
    await waitUntil('the client to poll', () => client.state.status === 'online' && wire.held === 1);
    return client;
  }
  return {
    get wire() {
      return wire;
    },
    clientOf,
    online,
  };
}

/** A conversation as a window would show it. */
export function bodiesWith(client: Client, peer: string): string[] {
  return linesWith(client.state, peer).map(({ body, state }) =>
    state === 'pending' || state === 'failed' ? `${body} (${state})` : body,
  );
}
