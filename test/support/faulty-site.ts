/** A site's web server that answers as it is told to, and remembers what it was asked. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
  /** The number of the connection that it came on. */
  readonly connection: number;
}

export type Behaviour = (response: ServerResponse, asked: Asked) => void;

export class FaultySite {
  readonly asked: Asked[] = [];
  /** Connections that are open, and the most that ever were. */
  readonly #sockets = new Map<Socket, number>();
  connections = 0;
  most = 0;
  behaviour: Behaviour;
  readonly #server: Server;

  private constructor(behaviour: Behaviour) {
    this.behaviour = behaviour;
    this.#server = createServer((request, response) => void this.#take(request, response));
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.set(socket, ++this.connections);
      this.most = Math.max(this.most, this.#sockets.size);
      socket.on('error', () => undefined); // the other side may break off as well
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(behaviour: Behaviour, port = 0): Promise<FaultySite> {
    const site = new FaultySite(behaviour);
    await new Promise<void>((resolve, reject) => {
      site.#server.once('error', reject);
      site.#server.listen(port, '127.0.0.1', resolve);
    });
    return site;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/api`;
  }

  get open(): number {
    return this.#sockets.size;
  }

  /** Ends connections as a server does that has had enough of waiting for the next request. */
  endConnections(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  async stop(): Promise<void> {
    this.endConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      body: Buffer.concat(chunks).toString(),
      connection: this.#sockets.get(request.socket) ?? 0,
    };
    this.asked.push(asked);
    this.behaviour(response, asked);
  }
}

/** Answers so. */
export function says(
  status: number,
  body: string | Buffer,
  contentType = 'application/json; charset=utf-8',
): Behaviour {
  return (response) => void response.writeHead(status, { 'content-type': contentType }).end(body);
}

export const saysJson = (value: unknown, status = 200): Behaviour => says(status, JSON.stringify(value));
