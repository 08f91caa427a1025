/** Whatever is typed arrives, over JSONP, and ends nothing on its way. */
import { expect } from '@jest/globals';
import { story } from '../support/story.ts';
import { call, callJsonp } from '../support/tab.ts';
import type { Event, Message } from '../../bridge/protocol/events.ts';
import { inLanes, metricsOf, quietTab, useTarget } from './http-target.ts';

/** Of four bytes each at the most, with one more behind a surrogate: below limits.message of 20,000 bytes. */
const BATCH = 4096;
const used = useTarget({
  change: { limits: { hold: 1, sendRate: 10_000, sendBurst: 10_000, events: 5000 } },
});

const isSurrogate = (point: number): boolean => point >= 0xd800 && point <= 0xdfff;

/** Each code point once; between two halves of a pair stands a letter, so that they make none. */
function textOf(batch: number): string {
  const points = Array.from({ length: BATCH }, (_, i) => batch * BATCH + i);
  return points.map((point) => String.fromCodePoint(point) + (isSurrogate(point) ? 'x' : '')).join('');
}

/** XML 1.0, production 2 (Char): what is none is U+FFFD. Section 2.11: a line ends with U+000A. */
function asItArrives(text: string): string {
  const arrives = (point: number): boolean =>
    point === 0x9 ||
    point === 0xa ||
    (point >= 0x20 && !isSurrogate(point) && point !== 0xfffe && point !== 0xffff);
  const one = (letter: string): string =>
    letter === '\r' ? '\n' : arrives(letter.codePointAt(0) ?? 0) ? letter : '\ufffd';
  return Array.from(text, one).join('');
}

story(
  'H4 characters: all 1,114,112 code points arrive over JSONP as themselves or as U+FFFD, and end no stream',
  used,
  { alice: 0, bob: 0 },
  async ({ alice, bob }, stack) => {
    const [from, to] = [await quietTab(alice, used.url), await quietTab(bob, used.url)];
    const texts = Array.from({ length: 0x110000 / BATCH }, (_, batch) => textOf(batch));
    const sent = await inLanes(texts, 4, async (body, i) =>
      call(used.url, 'send', { u: alice.id, tab: from.id, to: bob.id, body, cid: `c${i}` }),
    );
    expect(sent.filter(({ ok }) => !ok)).toEqual([]);
    const arrived: Event[] = [];
    while (arrived.filter(({ type }) => type === 'message').length < texts.length) {
      const answer = await callJsonp(used.url, 'poll', { u: bob.id, tab: to.id, cursor: to.cursor });
      arrived.push(...to.take(answer));
    }
    const bodies = arrived
      .filter((event): event is Event & Message => event.type === 'message')
      .map(({ body }) => body);
    const wanted = texts.map(asItArrives);
    expect(bodies.filter((body) => !wanted.includes(body)).map((body) => body.codePointAt(100))).toEqual([]);
    expect(new Set(bodies).size).toBe(texts.length);
    for (const type of ['link', 'bye']) expect(arrived.filter((event) => event.type === type)).toEqual([]);
    expect(await metricsOf(stack)).not.toMatch(/^im_xmpp_faults_total\{.*\} [1-9]/m);
  },
);
