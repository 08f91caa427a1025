/** Events that come together may come in one answer or in several: that is left to the bridge, their order is not. */

interface Answer {
  readonly ok: true;
  readonly cursor: string;
  readonly events: readonly unknown[];
  readonly ring?: readonly number[];
}

/**
 * The answer of a poll, with those of further polls added to it until there are as many events as `printed` has, or
 * one brings none. Any other answer is left as it is.
 */
export async function pollOn(
  answer: unknown,
  printed: unknown,
  ask: (cursor: string) => Promise<unknown>,
): Promise<unknown> {
  if (!hasEvents(answer) || !hasEvents(printed)) return answer;
  let all = answer;
  for (let more = answer.events.length; more > 0 && all.events.length < printed.events.length;) {
    const next = await ask(all.cursor);
    if (!hasEvents(next)) return next;
    more = next.events.length;
    all = joined(all, next);
  }
  return all;
}

function joined(first: Answer, { cursor, events, ring = [] }: Answer): Answer {
  const rings = [...(first.ring ?? []), ...ring];
  return {
    ...first,
    cursor,
    events: [...first.events, ...events],
    ...(rings.length > 0 && { ring: rings }),
  };
}

function hasEvents(answer: unknown): answer is Answer {
  return typeof answer === 'object' && answer !== null && 'events' in answer && Array.isArray(answer.events);
}
