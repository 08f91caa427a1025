/** Texts that people, or those who mean harm, may send. Each is to be shown as it is, and to do nothing. */

/** A script that runs sets `globalThis.canary`. */
const RUN = 'globalThis.canary=1';

const scripts: Record<string, string> = {
  'a script': `<script>${RUN}</script>`,
  'a script that ends another': `</script><script>${RUN}</script>`,
  'an image that fails': `<img src=x onerror="${RUN}">`,
  'an SVG that loads': `<svg onload="${RUN}"><animate onbegin="${RUN}" attributeName=x dur=1s>`,
  'an event handler out of an attribute': `" autofocus onfocus="${RUN}" x="`,
  'the same with single quotes': `' onmouseover='${RUN}' x='`,
  'a frame': `<iframe srcdoc="<script>parent.canary=1</script>"></iframe>`,
  'an element that opens itself': `<details open ontoggle="${RUN}">x</details>`,
  'mutated markup': `<math><mtext><table><mglyph><style><!--</style><img title="--><img src=1 onerror=${RUN}>">`,
  'a comment and a section': `<!--><img src=x onerror=${RUN}>--> <![CDATA[<img src=x onerror=${RUN}>]]>`,
  style: '<style>*{display:none!important}</style><link rel=stylesheet href=//127.0.0.1/x.css>',
  'a base and a redirect': '<base href="//127.0.0.1/"><meta http-equiv=refresh content="0;url=//127.0.0.1/">',
  'a slot and a template': '<slot name=x></slot><template shadowrootmode=open><script>1</script></template>',
  entities: '&lt;script&gt; &#60;img src=x onerror=1&#62; &amp;amp;',
  'a link that is a script': `javascript:${RUN}`,
  'one with spaces and case': ` jAvAsCrIpT&colon;${RUN} \tjava\tscript:${RUN}`,
  'one behind a web address': `https://example.org/javascript:${RUN}//"onclick="${RUN}`,
  'data and blob links': `data:text/html,<script>${RUN}</script> blob:null/x vbscript:x`,
  'a link with credentials': 'https://paypal.com@127.0.0.1/login https://xn--80ak6aa92e.com/',
  'a Markdown link': `[click](javascript:${RUN}) ![x](x "onerror=${RUN}")`,
  'template syntax': `{{constructor.constructor('${RUN}')()}} \${${RUN}} <%= 1 %> #{1} {% 1 %} {${RUN}}`,
  'a vnode': '{"type":"script","props":{"dangerouslySetInnerHTML":{"__html":"x"}},"constructor":null}',
  prototypes: '__proto__ constructor toString hasOwnProperty',
  SQL: `'; DROP TABLE users; -- " OR 1=1 #`,
  XML: `</body></message><iq type="set"/><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;`,
  'an end of JSONP': `*/;${RUN};/*\u2028${RUN}\u2029`,
  'format characters': '%s %n %x %% ${jndi:ldap://127.0.0.1/x} ../../etc/passwd \\u0000',
};

const layouts: Record<string, string> = {
  'overrides of direction': 'safe\u202Egnp.exe\u202C \u2066\u2067\u2068 never closed \u202E\u202D\u202E',
  'the other direction': 'שלום, this is mixed עם אנגלית (and brackets) 123, مرحبا 456!',
  'marks of direction': '\u200F\u200E\u061C\u200F\u200E',
  'nothing that can be seen': 'a\u200B\u200C\u200D\u2060\uFEFF\u00ADb',
  zalgo: 'Z' + '\u0300\u0301\u0302\u0303\u0308\u030B\u0336\u0489'.repeat(60) + 'algo',
  'families and flags': '👨‍👩‍👧‍👦🏴‍☠️👩🏿‍❤️‍💋‍👨🏽🇺🇳🏳️‍🌈1️⃣',
  'long joins of emoji': '👩\u200D'.repeat(300) + '👩',
  'tall and wide letters': '﷽ ꧅ 𒐫 𒈙 ⸻ ༼ つ ◕_◕ ༽つ',
  lines: 'one\ntwo\r\nthree\n\n\n\n\nfour\u0085five\u2028six\u2029seven\teight',
  spaces: `a${' '.repeat(500)}b${'\u3000'.repeat(200)}c`,
  'a word of 20,000 letters': 'w'.repeat(20_000),
  'a long link': `https://example.org/${'path/'.repeat(2000)}?q=${'x'.repeat(5000)}`,
  'many lines': 'line\n'.repeat(2000),
  'the Turkish i and final sigma': 'İIıi ΣΑΣ ß ﬁ ǅ',
  'private and unassigned characters': '\uE000 \uF8FF \u{10FFFD} \u{1FFFD} \u0378',
};

/** What XML can't carry arrives as U+FFFD. */
const damaged: Record<string, string> = {
  controls: 'a\u0000b\u0001c\u0008d\u000Be\u001Bf\u007Fg\u0080h',
  'halves of surrogate pairs': 'a\uD800b\uDC00c\uDBFF\uD800d',
  'what is no character': 'a\uFFFEb\uFFFFc',
};

export interface Hostile {
  readonly what: string;
  readonly text: string;
}

const listed = (table: Record<string, string>): Hostile[] =>
  Object.entries(table).map(([what, text]) => ({ what, text }));

/** Those that a wire carries as they are. */
export const HOSTILE: readonly Hostile[] = [...listed(scripts), ...listed(layouts)];
export const DAMAGED: readonly Hostile[] = listed(damaged);

/** Short enough for a name or a status. */
export const SHORT: readonly Hostile[] = HOSTILE.filter(
  ({ text }) => text.length <= 100 && !/[\n\r\u0085\u2028\u2029\t]/.test(text),
);
