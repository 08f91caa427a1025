/**
 * A scripted bridge, for tests of the browser's side alone: it speaks the web protocol at the wire, and knows
 * nothing of XMPP. By default it keeps one user's event log as the protocol says; `next` puts an answer of the
 * test's own before that.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Event, EventBody, Message } from '../../bridge/protocol/events.ts';
import { applyEvent, type Snapshot } from '../../bridge/protocol/snapshot.ts';

export interface WireCall {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage['headers'];
  readonly query: URLSearchParams;
}

type Json = Readonly<Record<string, unknown>>;
/** `cut` ends the connection without an answer; `hold` never answers. */
type Scripted = Json | 'cut' | 'hold' | ((call: WireCall) => Json | 'cut' | 'hold');

export const EMPTY_SNAPSHOT: Snapshot = {
  me: { id: 'alice', name: 'Alice', show: 'online' },
  roster: [],
  conversations: [],
  ui: {},
  uiVersion: 0,
  connected: true,
};

export function refusal(code: string, retryAfter?: number): Json {
  const error = { code, message: `refused: ${code}`, ...(retryAfter !== undefined && { retryAfter }) };
  return { ok: false, error };
}

interface Held {
  readonly call: WireCall;
  readonly answer: (body: Json) => void;
}

export class WireFake {
  readonly calls: WireCall[] = [];
  /** What `connect` gives. Kept up to date with the events that are pushed. */
  snapshot: Snapshot;
  epoch = 'e1';
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #scripts = new Map<string, Scripted[]>();
  readonly #files = new Map<string, string>();
  readonly #byCid = new Map<string, Json>();
  #events: Event[] = [];
  #held: Held[] = [];
  #tabs = 0;

  constructor(snapshot: Snapshot = EMPTY_SNAPSHOT) {
    this.snapshot = snapshot;
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Polls that wait for an event now. */
  get held(): number {
    return this.#held.length;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** The next call of this name gets this answer; several make a queue. */
  next(name: string, ...answers: Scripted[]): void {
    this.#scripts.set(name, [...(this.#scripts.get(name) ?? []), ...answers]);
  }

  /** Serves a file beside the protocol, as the bridge does with the dock. */
  file(path: string, text: string): void {
    this.#files.set(path, text);
  }

  named(name: string): WireCall[] {
    return this.calls.filter((call) => call.name === name);
  }

  /** Writes events to the log, and answers the polls that wait for them. */
  push(...bodies: EventBody[]): void {
    for (const body of bodies) {
      this.#events.push({ ...body, n: this.#events.length + 1 });
      this.snapshot = applyEvent(this.snapshot, body);
    }
    const held = this.#held;
    this.#held = [];
    for (const { call, answer } of held) answer(this.#eventsAfter(call));
  }

  /** A message between alice and somebody, as the log has it. */
  message(peer: string, from: string, body: string, more: Partial<Message> = {}): EventBody {
    const id = `a${this.#events.length + 1}-${body}`;
    return { type: 'message', id, with: peer, from, body, at: new Date().toISOString(), ...more };
  }

  /** A message from somebody that alice has not read. */
  unread(peer: string, body: string): void {
    const { conversations } = this.snapshot;
    const before = conversations.find((one) => one.with === peer)?.unread ?? 0;
    this.push(this.message(peer, peer, body), { type: 'unread', with: peer, unread: before + 1 });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    response.setHeader('access-control-allow-origin', '*');
    const file = this.#files.get(url.pathname);
    if (file !== undefined) {
      response.setHeader('content-type', 'text/javascript; charset=utf-8').end(file);
      return;
    }
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const query = Object.fromEntries(url.searchParams);
    const params = body === '' ? query : (JSON.parse(body) as Record<string, unknown>);
    const name = url.pathname.replace('/v1/', '');
    const call = { name, params, headers: request.headers, query: url.searchParams };
    this.calls.push(call);
    this.#answer(call, response);
  }

  #answer(call: WireCall, response: ServerResponse): void {
    const send = (body: Json): void => void response.end(inFormOf(call, response, body));
    const script = this.#scripts.get(call.name)?.shift();
    const scripted = typeof script === 'function' ? script(call) : script;
    if (scripted === 'cut') {
      response.destroy();
      return;
    }
    if (scripted === 'hold') return;
    if (scripted !== undefined) {
      send(scripted);
      return;
    }
    if (call.name === 'connect') {
      send(this.#connect());
      return;
    }
    if (call.name === 'send') {
      send(this.#send(call));
      return;
    }
    if (call.name === 'ui') {
      send(this.#setUi(call));
      return;
    }
    if (call.name === 'read') {
      const { with: peer, upTo } = call.params as Record<'with' | 'upTo', string>;
      this.push({ type: 'unread', with: peer, unread: 0, readUpTo: upTo });
      send({ ok: true, unread: 0 });
      return;
    }
    if (call.name === 'history') {
      send({ ok: true, messages: [], complete: true });
      return;
    }
    if (call.name !== 'poll') {
      send({ ok: true });
      return;
    }
    const answer = this.#eventsAfter(call);
    if (answer.events.length > 0) {
      send(answer);
      return;
    }
    this.#hold(call, response, send);
  }

  #setUi({ params }: WireCall): Json {
    const set = JSON.parse(String(params['set'])) as Json;
    const version = this.snapshot.uiVersion + 1;
    this.push({ type: 'ui', set, version });
    return { ok: true, version };
  }

  /** A second poll of a tab ends the first. */
  #hold(call: WireCall, response: ServerResponse, answer: Held['answer']): void {
    const others = this.#held.filter((one) => one.call.params['tab'] === call.params['tab']);
    for (const one of others) one.answer({ ok: true, superseded: true });
    this.#held = [...this.#held.filter((one) => !others.includes(one)), { call, answer }];
    response.once('close', () => {
      this.#held = this.#held.filter((one) => one.call !== call);
    });
  }

  #connect(): Json {
    this.#tabs += 1;
    const cursor = `${this.epoch}:${this.#events.length}`;
    return { ok: true, tab: `tab-${this.#tabs}`, cursor, hold: 25, ...this.snapshot };
  }

  /** The same `cid` gives the first answer again, and sends nothing. */
  #send({ params }: WireCall): Json {
    const cid = String(params['cid']);
    const first = this.#byCid.get(cid);
    if (first !== undefined) return first;
    const message = this.message(String(params['to']), this.snapshot.me.id, String(params['body']), { cid });
    if (message.type !== 'message') throw new Error('not a message');
    const answer = { ok: true, id: message.id, at: message.at };
    this.#byCid.set(cid, answer);
    this.push(message);
    return answer;
  }

  #eventsAfter({ params }: WireCall): { ok: true; cursor: string; events: Event[] } {
    const n = Number(String(params['cursor']).split(':')[1]);
    return { ok: true, cursor: `${this.epoch}:${this.#events.length}`, events: this.#events.slice(n) };
  }
}

function inFormOf(call: WireCall, response: ServerResponse, body: Json): string {
  const callback = call.query.get('callback');
  if (callback === null) {
    response.setHeader('content-type', 'application/json');
    if (body['ok'] === false) response.statusCode = 400;
    return JSON.stringify(body);
  }
  response.setHeader('content-type', 'text/javascript; charset=utf-8');
  const json = JSON.stringify(body).replaceAll('<', '\\u003c');
  return `/**/ typeof ${callback} === 'function' && ${callback}(${json});`;
}
