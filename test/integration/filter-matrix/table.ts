/**
 * The filter matrix: what becomes of each kind of stanza, for each receiver. The tests and the table of
 * docs/security.md are made from it.
 */
import type { Kind } from './kinds.ts';
import type { Outcome } from './outcomes.ts';
import type { Addressing, Receiver, State } from './receivers.ts';

/** To the account and to its clients alike, or first to the account (bare address), then to a client (full address). */
export type Cell = Outcome | readonly [bare: Outcome, full: Outcome];

export interface Row {
  readonly friend: Readonly<Record<State, Cell>>;
  /** Strangers and former friends, online or not, accounts that do not exist, the site's component: all alike. */
  readonly others: 'error not-allowed' | 'silent';
  /** The own account, and another client of it. */
  readonly self: Cell;
  readonly server: Cell;
}

export const MATRIX: Readonly<Record<Kind, Row>> = {
  'message chat': {
    friend: { online: 'passes', offline: 'stored', web: 'passes' },
    others: 'error not-allowed',
    self: 'passes',
    server: 'error item-not-found',
  },
  'message normal': {
    friend: { online: 'passes', offline: 'stored', web: 'passes' },
    others: 'error not-allowed',
    self: 'passes',
    server: 'error item-not-found',
  },
  'message headline': {
    friend: { online: 'passes', offline: 'silent', web: 'passes' },
    others: 'error not-allowed',
    self: 'passes',
    server: ['silent', 'error item-not-found'],
  },
  'message groupchat': {
    friend: {
      online: ['error service-unavailable', 'passes'],
      offline: 'error service-unavailable',
      web: ['error service-unavailable', 'passes'],
    },
    others: 'error not-allowed',
    self: ['error service-unavailable', 'passes'],
    server: 'error item-not-found',
  },
  'message error': {
    friend: { online: ['silent', 'passes'], offline: 'silent', web: ['silent', 'passes'] },
    others: 'silent',
    self: ['silent', 'passes'],
    server: 'silent',
  },
  'chat state alone (XEP-0085)': {
    friend: { online: 'passes', offline: 'silent', web: 'passes' },
    others: 'error not-allowed',
    self: 'passes',
    server: 'error item-not-found',
  },
  'receipt request (XEP-0184)': {
    friend: { online: 'passes', offline: 'stored', web: 'passes' },
    others: 'error not-allowed',
    self: 'passes',
    server: 'error item-not-found',
  },
  'receipt (XEP-0184)': {
    friend: { online: 'passes', offline: 'stored', web: 'passes' },
    others: 'error not-allowed',
    self: 'passes',
    server: 'error item-not-found',
  },
  'markable message (XEP-0333)': {
    friend: { online: 'passes', offline: 'stored', web: 'passes' },
    others: 'error not-allowed',
    self: 'passes',
    server: 'error item-not-found',
  },
  'marker (XEP-0333)': {
    friend: { online: 'passes', offline: 'stored', web: 'passes' },
    others: 'error not-allowed',
    self: 'passes',
    server: 'error item-not-found',
  },
  'presence available, directed': {
    friend: { online: 'passes', offline: 'silent', web: 'passes' },
    others: 'silent',
    self: 'passes',
    server: ['silent', 'error item-not-found'],
  },
  'presence unavailable, directed': {
    friend: { online: 'passes', offline: 'silent', web: 'passes' },
    others: 'silent',
    self: 'passes',
    server: ['silent', 'error item-not-found'],
  },
  'presence probe': {
    friend: { online: 'answered', offline: 'silent', web: 'answered' },
    others: 'silent',
    self: ['silent', 'answered'],
    server: ['silent', 'error item-not-found'],
  },
  'presence error': {
    friend: { online: 'passes', offline: 'silent', web: 'passes' },
    others: 'silent',
    self: ['silent', 'passes'],
    server: 'silent',
  },
  'presence subscribe': {
    friend: { online: 'silent', offline: 'silent', web: 'silent' },
    others: 'silent',
    self: 'silent',
    server: 'silent',
  },
  'presence subscribed': {
    friend: { online: 'silent', offline: 'silent', web: 'silent' },
    others: 'silent',
    self: 'silent',
    server: 'silent',
  },
  'presence unsubscribe': {
    friend: { online: 'silent', offline: 'silent', web: 'silent' },
    others: 'silent',
    self: 'silent',
    server: 'silent',
  },
  'presence unsubscribed': {
    friend: { online: 'silent', offline: 'silent', web: 'silent' },
    others: 'silent',
    self: 'silent',
    server: 'silent',
  },
  'iq get vcard-temp': {
    friend: {
      online: ['error service-unavailable', 'passes'],
      offline: 'error service-unavailable',
      web: ['error service-unavailable', 'passes, error service-unavailable'],
    },
    others: 'error not-allowed',
    self: ['error service-unavailable', 'passes'],
    server: ['error service-unavailable', 'error item-not-found'],
  },
  'iq get jabber:iq:last': {
    friend: {
      online: ['answered', 'passes'],
      offline: ['answered', 'error service-unavailable'],
      web: ['answered', 'passes, error service-unavailable'],
    },
    others: 'error not-allowed',
    self: ['answered', 'error service-unavailable'],
    server: ['answered', 'error item-not-found'],
  },
  'iq get jabber:iq:version': {
    friend: {
      online: ['error service-unavailable', 'passes'],
      offline: 'error service-unavailable',
      web: ['error service-unavailable', 'passes, error service-unavailable'],
    },
    others: 'error not-allowed',
    self: ['error service-unavailable', 'passes'],
    server: ['error service-unavailable', 'error item-not-found'],
  },
  'iq get urn:xmpp:ping': {
    friend: {
      online: ['answered', 'passes'],
      offline: ['answered', 'error service-unavailable'],
      web: ['answered', 'passes, answered'],
    },
    others: 'error not-allowed',
    self: ['answered', 'passes'],
    server: ['answered', 'error item-not-found'],
  },
  'iq get disco#info': {
    friend: {
      online: ['answered', 'passes'],
      offline: ['answered', 'error service-unavailable'],
      web: ['answered', 'passes, error service-unavailable'],
    },
    others: 'error not-allowed',
    self: ['answered', 'passes'],
    server: ['answered', 'error item-not-found'],
  },
  'iq get disco#items': {
    friend: {
      online: ['answered', 'passes'],
      offline: ['answered', 'error service-unavailable'],
      web: ['answered', 'passes, error service-unavailable'],
    },
    others: 'error not-allowed',
    self: ['answered', 'passes'],
    server: ['answered', 'error item-not-found'],
  },
  'iq get pubsub items (PEP)': {
    friend: {
      online: ['error service-unavailable', 'passes'],
      offline: 'error service-unavailable',
      web: ['error service-unavailable', 'passes, error service-unavailable'],
    },
    others: 'error not-allowed',
    self: ['error service-unavailable', 'passes'],
    server: ['error service-unavailable', 'error item-not-found'],
  },
  'iq get jabber:iq:roster': {
    friend: {
      online: ['error forbidden', 'passes'],
      offline: ['error forbidden', 'error service-unavailable'],
      web: ['error forbidden', 'passes, error service-unavailable'],
    },
    others: 'error not-allowed',
    self: ['answered', 'passes'],
    server: ['error service-unavailable', 'error item-not-found'],
  },
  'iq get an own namespace': {
    friend: {
      online: ['error service-unavailable', 'passes'],
      offline: 'error service-unavailable',
      web: ['error service-unavailable', 'passes, error service-unavailable'],
    },
    others: 'error not-allowed',
    self: ['error service-unavailable', 'passes'],
    server: ['error service-unavailable', 'error item-not-found'],
  },
  'iq set pubsub publish (PEP)': {
    friend: {
      online: ['error service-unavailable', 'passes'],
      offline: 'error service-unavailable',
      web: ['error service-unavailable', 'passes, error service-unavailable'],
    },
    others: 'error not-allowed',
    self: ['error service-unavailable', 'passes'],
    server: ['error service-unavailable', 'error item-not-found'],
  },
  'iq set jabber:iq:private': {
    friend: {
      online: ['error service-unavailable', 'passes'],
      offline: 'error service-unavailable',
      web: ['error service-unavailable', 'passes, error service-unavailable'],
    },
    others: 'error not-allowed',
    self: ['error service-unavailable', 'passes'],
    server: ['error service-unavailable', 'error item-not-found'],
  },
  'iq set jabber:iq:roster': {
    friend: { online: 'error not-allowed', offline: 'error not-allowed', web: 'error not-allowed' },
    others: 'error not-allowed',
    self: 'error not-allowed',
    server: 'error not-allowed',
  },
  'iq set urn:xmpp:mam:2 (archive query)': {
    friend: {
      online: ['answered', 'passes'],
      offline: ['answered', 'error service-unavailable'],
      web: ['answered', 'passes, error service-unavailable'],
    },
    others: 'error not-allowed',
    self: ['answered', 'passes'],
    server: ['answered', 'error item-not-found'],
  },
  'iq set an own namespace': {
    friend: {
      online: ['error service-unavailable', 'passes'],
      offline: 'error service-unavailable',
      web: ['error service-unavailable', 'passes, error service-unavailable'],
    },
    others: 'error not-allowed',
    self: ['error service-unavailable', 'passes'],
    server: ['error service-unavailable', 'error item-not-found'],
  },
  'iq result, unasked': {
    friend: { online: ['silent', 'passes'], offline: 'silent', web: ['silent', 'passes'] },
    others: 'silent',
    self: ['silent', 'passes'],
    server: 'silent',
  },
  'iq error, unasked': {
    friend: { online: ['silent', 'passes'], offline: 'silent', web: ['silent', 'passes'] },
    others: 'silent',
    self: ['silent', 'passes'],
    server: 'silent',
  },
};

export function cellOf({ friend, others, self, server }: Row, receiver: Receiver): Cell {
  switch (receiver.who) {
    case 'person':
      return receiver.relation === 'friend' ? friend[receiver.state] : others;
    case 'self':
      return self;
    case 'server':
      return server;
    case 'component':
    case 'nobody':
      return others;
  }
}

export function expected(row: Row, receiver: Receiver, by: Addressing): Outcome {
  const cell = cellOf(row, receiver);
  if (typeof cell === 'string') return cell;
  return by === 'bare' ? cell[0] : cell[1];
}

/** May this receiver get nothing at all from the sender? */
export function isOther(receiver: Receiver): boolean {
  if (receiver.who === 'person') return receiver.relation !== 'friend';
  return receiver.who === 'nobody' || receiver.who === 'component';
}
