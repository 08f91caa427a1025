/** A stanza as a trace shows it: whole, but for what people wrote. */
import type { Element } from '@xmpp/xml';

/** Attributes that name things; of others, as names of friends, the length is told. */
const NAMES = new Set([
  ...[
    'id',
    'to',
    'from',
    'type',
    'xmlns',
    'xmlns:stream',
    'jid',
    'subscription',
    'ask',
    'node',
    'ver',
    'var',
  ],
  ...[
    'stamp',
    'by',
    'queryid',
    'complete',
    'stable',
    'index',
    'again',
    'since',
    'xml:lang',
    'code',
    'hash',
    'origin-id',
  ],
]);
/** Elements whose texts are ids and numbers, in answers of the server. */
const PLAIN = new Set(['max', 'before', 'after', 'first', 'last', 'count', 'index', 'resource', 'jid']);
const PRESENCE = new Set(['show', 'priority']);

/** @param text says what is to be seen of a text */
export function stanzaText(stanza: Element, text: (value: string) => string): string {
  return shown(stanza, stanza, text);
}

function shown(element: Element, stanza: Element, text: (value: string) => string): string {
  const attributes = Object.entries(element.attrs as Record<string, unknown>)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => ` ${name}='${escaped(NAMES.has(name) ? String(value) : text(String(value)))}'`);
  const inner = element.children.map((child) =>
    typeof child === 'string'
      ? escaped(isPlain(element, stanza) ? child : text(child))
      : shown(child, stanza, text),
  );
  const start = `<${element.name}${attributes.join('')}`;
  return inner.length === 0 ? `${start}/>` : `${start}>${inner.join('')}</${element.name}>`;
}

/** In an iq or a presence: a message is a friend's, whatever its elements are called. */
function isPlain(element: Element, stanza: Element): boolean {
  if (stanza.name === 'presence') return element.parent === stanza && PRESENCE.has(element.name);
  return stanza.name === 'iq' && PLAIN.has(element.name);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&apos;');
}
