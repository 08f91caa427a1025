/** Faults to plant in the built bridge, one at a time: would the property test have found them? */

/** Not a fault: with it, the planted copy must pass, or nothing is shown by the others. */
export const NOTHING = {
  name: 'nothing',
  file: 'bridge/session/polling.js',
  from: 'tab.seen = n;',
  to: 'tab.seen = n;',
};

/** @type {readonly { name: string, file: string, from: string, to: string }[]} */
export const FAULTS = [
  // Under its own cid ejabberd would know it again: mod_archive_site is a second lock on the same door.
  {
    name: 'a message that was answered is sent again, as another, when its cid comes again',
    file: 'bridge/session/sending.js',
    from: "before.state === 'accepted'",
    to: "before.state === 'accepted' && ((message = { ...message, cid: `${message.cid}x` }), false)",
  },
  {
    name: 'a message whose end is not known is sent again as another',
    file: 'bridge/session/sending.js',
    from: '{ since: this.#ago(before.age + CLOCK_MARGIN) }',
    to: '{ cid: `${message.cid}x` }',
  },
  {
    name: 'what a cut link kept back is not told',
    file: 'bridge/session/catch-up.js',
    from: 'return missedEvents(',
    to: 'return ((..._) => [])(',
  },
  {
    name: 'a message that is there already is told again',
    file: 'bridge/session/conversations.js',
    from: 'conversation?.messages.some((other) => other.id === message.id) === true',
    to: 'false',
  },
  {
    name: 'missed messages of a conversation that a live one has begun are taken for known',
    file: 'bridge/session/conversations.js',
    from: 'messages.length < session.limits.messages',
    to: 'false',
  },
  {
    name: 'one’s own message is not told to one’s other tabs',
    file: 'bridge/xmpp/upstream.js',
    from: "tell: (message) => session.take({ type: 'message', message }),",
    to: 'tell: () => undefined,',
  },
  {
    name: 'messages are merged as typing is',
    file: 'bridge/session/event-log.js',
    from: "if (event.type === 'typing')",
    to: "if (event.type === 'typing' || event.type === 'message')",
  },
  {
    name: 'to be sent is taken for being acknowledged',
    file: 'bridge/session/live.js',
    from: 'since(session.log, tab.seen) : undefined;',
    to: 'since(session.log, Math.max(tab.seen, tab.given ?? 0)) : undefined; tab.given = session.log.last;',
  },
  {
    name: 'the count of unread messages is not counted anew',
    file: 'bridge/session/conversations.js',
    from: 'countOf(conversation, readUpTo) ?? otherwise',
    to: 'otherwise',
  },
  {
    name: 'messages stand in the order in which they come',
    file: 'bridge/protocol/snapshot.js',
    from: 'messages.findLastIndex((other) => isNewer(message, other))',
    to: 'messages.length - 1',
  },
  {
    name: 'what one’s own native client sends is not taken in',
    file: 'bridge/xmpp/envelope.js',
    from: "stanza.getChild('sent', NS.carbons)",
    to: 'undefined',
  },
];
