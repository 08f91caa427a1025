/** Sends one stanza of the matrix, and says what became of it on both sides. */
import xml, { type Element } from '@xmpp/xml';
import type { RowDataPacket } from 'mysql2';
import type { NativeClient } from '../../support/native-client.ts';
import type { Stack } from '../../support/stack.ts';
import { waitUntil } from '../../support/wait-until.ts';
import type { Tapped } from '../../support/wire-tap.ts';
import { SENDER, type Cast } from './cast.ts';
import type { Make } from './kinds.ts';
import { idOf, type Addressing, type Receiver } from './receivers.ts';

export interface Seen {
  /** What became of it, in the words of the table where it has them. */
  readonly outcome: string;
  /** Word for word what the sender heard, with the address and the id taken out. */
  readonly answers: string;
  /** All else that came of it: with the sender's other client, in archives and in the offline store. */
  readonly traces: readonly string[];
}

/** As long as the others, so that answers differ in nothing but their bytes. */
const RESOURCE = 'phone';
const PING = xml('ping', { xmlns: 'urn:xmpp:ping' });
const PAUSED = xml('paused', { xmlns: 'http://jabber.org/protocol/chatstates' });
/** Whose friends are asked for when the component is to say a word. */
const SOMEBODY = 'somebody-else';
const hasId = (id: string) => (element: Element) => element.attrs['id'] === id;
const MAM = 'urn:xmpp:mam:2';
const CARBONS = 'urn:xmpp:carbons:2';
const RECEIPTS = 'urn:xmpp:receipts';
let cells = 0;
let words = 0;

export async function observe(cast: Cast, make: Make, receiver: Receiver, by: Addressing): Promise<Seen> {
  const id = `cell-${String(++cells).padStart(6, '0')}`;
  const to = addressOf(cast, receiver, by);
  const stanza = make();
  Object.assign(stanza.attrs, { to, id });
  const [toSender, toOther, receiving] = [
    mark(cast.sender),
    mark(cast.other),
    receiverOf(cast, receiver, id),
  ];
  cast.sender.send(stanza);
  await Promise.all([barrier(cast.sender), barrier(cast.other)]);
  const early = toSender();
  const received = await receiving();
  if (isWeb(receiver) && received.some(asks))
    await cast.sender.waitFor(isAnswerTo(id), 'the bridge to answer');
  if (isWeb(receiver) && received.some(asksForReceipt))
    await cast.sender.waitFor(isReceiptFor(id), 'the bridge to acknowledge it');
  const heard = isOffline(receiver)
    ? early
    : toSender().filter((element) => !isCopy(element, stanza, to) && !isReceiptFor(id)(element));
  const kept = [...(await rows(cast, id, 'archive')), ...(await rows(cast, id, 'spool'))];
  if (receiver.who === 'self' && stanza.is('presence')) await comeBack(cast);
  return {
    outcome: outcomeOf(receiver, received, heard, id),
    answers: heard.map((element) => element.toString().replaceAll(to, 'TO').replaceAll(id, 'ID')).join('\n'),
    traces: [...received, ...toOther(), ...kept].map(String),
  };
}

/**
 * Unavailable presence to the own account takes the sender offline (RFC 6121, section 4.6.2 has it for directed
 * presence alone): they come back, and everybody has seen it before the next stanza.
 */
async function comeBack(cast: Cast): Promise<void> {
  cast.sender.presence();
  await barrier(cast.sender);
  await Promise.all([cast.other, ...cast.online.values()].map(barrier));
  for (const { wire } of cast.web.values()) await webOf(cast, wire)();
}

const isWeb = (receiver: Receiver): boolean => receiver.who === 'person' && receiver.state === 'web';
const isOffline = (receiver: Receiver): boolean => receiver.who === 'person' && receiver.state === 'offline';
const asks = ({ name, attrs }: Element): boolean =>
  name === 'iq' && (attrs['type'] === 'get' || attrs['type'] === 'set');
const isAnswerTo =
  (id: string) =>
  ({ name, attrs }: Element): boolean =>
    name === 'iq' && attrs['id'] === id;
const asksForReceipt = (element: Element): boolean => element.getChild('request', RECEIPTS) !== undefined;
/** What the receiver's client says to a message that has passed: no answer of the server's. */
const isReceiptFor =
  (id: string) =>
  (element: Element): boolean =>
    element.getChild('received', RECEIPTS)?.attrs['id'] === id;
/** To the own account: it comes to the sender as well. */
const isCopy = ({ name, attrs }: Element, sent: Element, to: string): boolean =>
  to.startsWith(`${SENDER}@`) &&
  name === sent.name &&
  attrs['id'] === sent.attrs['id'] &&
  (attrs['type'] ?? 'normal') === (sent.attrs['type'] ?? 'normal');

function outcomeOf(receiver: Receiver, received: Element[], heard: Element[], id: string): string {
  const reached = received.length === 0 ? [] : [isOffline(receiver) ? 'stored' : 'passes'];
  const strange = received
    .filter(({ attrs }) => attrs['id'] !== id)
    .map((element) => `got ${String(element)}`);
  const answers = new Set(heard.map((element) => answerOf(element, id)));
  return [...reached, ...strange, ...answers].join(', ') || 'silent';
}

function answerOf(element: Element, id: string): string {
  const { attrs, name } = element;
  if (attrs['id'] === id && attrs['type'] === 'error')
    return `error ${element.getChild('error')?.getChildElements()[0]?.name ?? 'without a condition'}`;
  if (
    (attrs['id'] === id && attrs['type'] === 'result') ||
    (name === 'presence' && attrs['type'] === undefined)
  )
    return 'answered';
  if (element.getChild('result', MAM) !== undefined) return 'answered';
  return `heard ${String(element)}`;
}

export function addressOf({ stack, web }: Cast, receiver: Receiver, by: Addressing): string {
  const { domain } = stack.plan;
  const full = by === 'full';
  switch (receiver.who) {
    case 'person': {
      const bare = `${idOf(receiver.relation, receiver.state)}@${domain}`;
      const wire = receiver.state === 'web' ? web.get(receiver.relation)?.wire.address : undefined;
      return full ? (wire ?? `${bare}/${RESOURCE}`) : bare;
    }
    case 'self':
      return `${SENDER}@${domain}${full ? '/desk' : ''}`;
    case 'server':
      return domain + (full ? `/${RESOURCE}` : '');
    case 'component':
      return `site.${domain}${full ? `/${RESOURCE}` : ''}`;
    case 'nobody':
      return `no-such-account@${domain}${full ? `/${RESOURCE}` : ''}`;
  }
}

type Read = () => Element[];

/** The stanzas that come to a client from now on, but for the answers to its own barriers. */
function mark(client: NativeClient): Read {
  const from = client.seen.length;
  return () => client.seen.slice(from).filter((element) => !String(element.attrs['id']).startsWith('iq-'));
}

/** All that the server had to say to a client before has been said when this is answered. */
const barrier = (client: NativeClient): Promise<Element> => client.iq('get', PING);

/** To be asked when the sender's part is over: what the receiver's client has got before a later stanza. */
function receiverOf(cast: Cast, receiver: Receiver, id: string): () => Promise<Element[]> {
  switch (receiver.who) {
    case 'person': {
      const { relation, state } = receiver;
      if (state === 'offline') return () => keptFor(cast, idOf(relation, state), id);
      if (state === 'web') return webOf(cast, of(cast.web, relation).wire);
      return nativeOf(of(cast.online, relation));
    }
    case 'self': {
      const read = nativeOf(cast.other);
      return async () => (await read()).filter((element) => element.getChild('sent', CARBONS) === undefined);
    }
    case 'component':
      return componentOf(cast);
    case 'server':
    case 'nobody':
      return () => Promise.resolve([]);
  }
}

function of<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`nobody is ${String(key)} here`);
  return value;
}

function nativeOf(client: NativeClient): () => Promise<Element[]> {
  const read = mark(client);
  return async () => {
    await barrier(client);
    return read();
  };
}

/** The barrier is a chat state of a friend of theirs. */
function webOf({ witness }: Cast, { seen, address }: Tapped): () => Promise<Element[]> {
  const from = seen.length;
  return async () => {
    const id = `word-${from}-${++words}`;
    witness.send(xml('message', { to: address, type: 'chat', id }, PAUSED));
    await waitUntil('the bridge to get a friend’s word', () => seen.some(hasId(id)), { every: 2 });
    return seen.slice(from).filter((element) => !hasId(id)(element));
  };
}

/** The barrier is a question for the friends of somebody who is not there. */
function componentOf({ stack, component: { seen } }: Cast): () => Promise<Element[]> {
  const from = seen.length;
  const { domain: host } = stack.plan;
  return async () => {
    await stack.ejabberd.api('im_friends', { user: SOMEBODY, host });
    const isQuestion = ({ attrs }: Element): boolean => String(attrs['from']).startsWith(`${SOMEBODY}@`);
    await waitUntil('the question to come to the component', () => seen.slice(from).some(isQuestion), {
      every: 2,
    });
    return seen.slice(from).filter((element) => !isQuestion(element) && !isLifeSign(element));
  };
}

/** Component and ejabberd ask each other now and then whether the link still lives. */
const isLifeSign = (element: Element): boolean => hasId('alive')(element) || hasId('life')(element);

/** What the store has is seen by a login; that it has nothing is seen by a last login (`nextLogin`). */
async function keptFor(cast: Cast, user: string, id: string): Promise<Element[]> {
  const kept = (await rows(cast, id, 'spool')).length > 0;
  return kept ? nextLogin(cast, user, id) : [];
}

/** All messages that come when somebody logs in. A second answer follows what the first presence brings. */
export async function nextLogin(
  { stack, login, sender }: Cast,
  user: string,
  resource: string,
): Promise<Element[]> {
  const client = await login(user, resource);
  client.presence();
  for (let i = 0; i < 2; i += 1) await barrier(client);
  const kept = client.seen.filter((element) => element.is('message'));
  await client.close();
  if (user === idOf('friend', 'offline'))
    await sender.waitFor(goes(client.address), 'the friend to go again');
  await waitUntil('the session to end', async () => !(await isOnline(stack, user)), { every: 5 });
  return kept;
}

const goes =
  (address: string) =>
  ({ name, attrs }: Element): boolean =>
    name === 'presence' && attrs['from'] === address && attrs['type'] === 'unavailable';

async function isOnline({ ejabberd, plan }: Stack, user: string): Promise<boolean> {
  const resources = (await ejabberd.api('user_resources', { user, host: plan.domain })) as unknown[];
  return resources.length > 0;
}

/** Rows of the archive, or of the offline store, that have this stanza. */
async function rows({ database }: Cast, id: string, table: 'archive' | 'spool'): Promise<string[]> {
  const found = `SELECT username FROM ${table} WHERE xml LIKE ?`;
  const [result] = await database.query<RowDataPacket[]>(found, [`%${id}%`]);
  return result.map((row) => `a row in the ${table} of ${String(row['username'])}`);
}
