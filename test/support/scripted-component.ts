/**
 * ejabberd's side of a component's link (XEP-0114) at the wire: it takes the handshake, says what the test
 * says, and keeps what the component answers. A fake of the other side's bytes, not of code of ours.
 */
import { createHash } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import xml, { Parser, type Element } from '@xmpp/xml';
import { waitUntil } from './wait-until.ts';

const ROSTER = 'jabber:iq:roster';
const STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas';
const STREAM_ID = 'scripted-1';

export class ScriptedComponentServer {
  /** What the handshake must be made with; a test may change it. */
  secret: string;
  /** Connections so far, and of these the ones that got in. */
  connections = 0;
  accepted = 0;
  /** All that the component has written on this connection, as it came. */
  received = '';
  /** The stanzas of all connections, in order. */
  readonly stanzas: Element[] = [];
  /** Stands behind the answer to the handshake, in the same chunk. */
  behindHandshake = '';
  /** What the component named in its stream header. */
  to = '';
  readonly #server: Server;
  #socket: Socket | undefined;
  #asked = 0;

  private constructor(secret: string) {
    this.secret = secret;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(port: number, secret: string): Promise<ScriptedComponentServer> {
    const scripted = new ScriptedComponentServer(secret);
    await new Promise<void>((resolve, reject) => {
      scripted.#server.once('error', reject);
      scripted.#server.listen(port, '127.0.0.1', resolve);
    });
    return scripted;
  }

  /** Writes these bytes as one chunk. */
  say(bytes: string | Buffer): void {
    this.#socket?.write(bytes);
  }

  /** Asks for the roster of `from`, and waits for the answer: a result or an error. */
  roster(from: string): Promise<Element> {
    const query = xml('query', { xmlns: ROSTER });
    return this.iq({ type: 'get', from, to: this.to }, query);
  }

  async iq(attrs: Readonly<Record<string, string>>, ...children: Element[]): Promise<Element> {
    const id = `q${++this.#asked}`;
    this.say(xml('iq', { ...attrs, id }, ...children).toString());
    return await this.answer(id);
  }

  async answer(id: string): Promise<Element> {
    return await waitUntil(`an answer to ${id}`, () => this.stanzas.find((one) => one.attrs['id'] === id));
  }

  /** As a crash of ejabberd: the link is gone, without a word. */
  cut(): void {
    this.#socket?.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    this.connections += 1;
    this.received = '';
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('error', () => undefined); // the component may cut it
    const parser = new Parser();
    parser.on('start', (root: Element) => this.#open(root));
    parser.on('element', (element: Element) => this.#take(element));
    parser.on('end', () => socket.end('</stream:stream>'));
    parser.on('error', () => socket.destroy());
    socket.on('data', (text: string) => {
      this.received += text;
      parser.write(text);
    });
  }

  #open({ attrs }: Element): void {
    this.to = String(attrs['to']);
    const names = `xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'`;
    this.say(`<?xml version='1.0'?><stream:stream ${names} id='${STREAM_ID}' from='${this.to}'>`);
  }

  #take(element: Element): void {
    if (element.name !== 'handshake') {
      this.stanzas.push(element);
      return;
    }
    const wanted = createHash('sha1').update(`${STREAM_ID}${this.secret}`).digest('hex');
    if (element.text() === wanted) {
      this.accepted += 1;
      this.say(`<handshake/>${this.behindHandshake}`);
      return;
    }
    const condition = `<not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>`;
    this.#socket?.end(`<stream:error>${condition}</stream:error></stream:stream>`);
  }
}

/** Of a roster: address -> name and groups. */
export function itemsOf(answer: Element): Record<string, unknown> {
  const items = answer.getChild('query', ROSTER)?.getChildren('item') ?? [];
  return Object.fromEntries(
    items.map((item) => [
      String(item.attrs['jid']),
      [item.attrs['name'], ...item.getChildren('group').map((group) => group.text())],
    ]),
  );
}

/** Of an error: its type and its condition. */
export function errorOf(answer: Element): string {
  const error = answer.getChild('error');
  const condition = error?.children.find((child) => typeof child !== 'string');
  if (error === undefined || condition?.attrs['xmlns'] !== STANZAS) return `no error: ${answer.toString()}`;
  return `${String(error.attrs['type'])} ${condition.name}`;
}
