/**
 * Receipts (XEP-0184) as Converse.js gives them (sendReceiptStanza): every tab that is sent a message answers for
 * itself. Carbons are another tab's to answer (XEP-0280, section 11). Converse.js also asks that its receipts be
 * archived (`store`, XEP-0334); these do not, which is kinder to the server.
 */

const CARBONS = /<(sent|received)\b[^>]*urn:xmpp:carbons:2[^>]*>.*?<\/forwarded><\/\1>/gs;
const MESSAGES = /<message\b([^>]*)>(.*?)<\/message>/gs;
const REQUEST = /<request\b[^>]*urn:xmpp:receipts/;
const RECEIPT = /<received\b[^>]*urn:xmpp:receipts/g;

/** Who asks, and for which message. */
export interface Asked {
  readonly from: string;
  readonly id: string;
}

export function requestsIn(text: string): Asked[] {
  if (!text.includes('<request')) return [];
  const messages = [...text.replace(CARBONS, '').matchAll(MESSAGES)];
  return messages
    .filter(([, , content = '']) => REQUEST.test(content))
    .map(([, attributes = '']) => ({ from: valueOf('from', attributes), id: valueOf('id', attributes) }));
}

/** How many have come to this tab itself. */
export function receiptsIn(text: string): number {
  if (!text.includes('urn:xmpp:receipts')) return 0;
  return [...text.replace(CARBONS, '').matchAll(RECEIPT)].length;
}

/** Ids and addresses here have nothing that is escaped in XML. */
function valueOf(name: string, attributes: string): string {
  return new RegExp(`(?:^|\\s)${name}=['"]([^'"]*)`).exec(attributes)?.[1] ?? '';
}
