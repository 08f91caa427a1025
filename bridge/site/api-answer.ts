/** What the API's answers have to look like; one that does not is no answer. */
import { z } from 'zod';
import { ApiFault } from './api-fault.ts';
import type { RawAnswer } from './api-exchange.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

const id = z.union([z.string(), z.number()]);
const text = z.union([z.string(), z.number()]).nullish();
const person = z.object({ id, name: text, avatar: text });

export const userAnswer = person;
export const friendsAnswer = z.object({
  friends: z.array(person.extend({ groups: z.array(z.string()).nullish() })),
});
export const areFriendsAnswer = z.object({ friends: z.boolean() });
export const mayChatAnswer = z.object({ chat: z.boolean() });
export const passwordAnswer = z.object({ ok: z.boolean() });
export const changesAnswer = z.object({
  changes: z.array(z.object({ id, kind: text, user: text, friend: text, age: text })),
});

/** @throws ApiFault with the place of the first fault, and nothing of what stands there. */
export function parsed<T>(schema: z.ZodType<T>, answer: JsonObject): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const place = result.error.issues[0]?.path.join('.') ?? '';
  throw new ApiFault('malformed', `not what the API has to answer, at: ${place || 'the whole'}`, {
    sent: true,
  });
}

/**
 * The object of an answer; undefined for a 404, which has to be JSON too: that of a web server that knows no such
 * address, as with a wrong `site.api.url`, does not say that there is no such user.
 *
 * @throws ApiFault for other answers.
 */
export function objectOf({ status, contentType, body }: RawAnswer): JsonObject | undefined {
  if (status !== 200 && status !== 404)
    throw new ApiFault('status', `the site answered ${status}`, { status, sent: true });
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType))
    throw new ApiFault('malformed', `an answer with status ${status} that is not JSON`, {
      status,
      sent: true,
    });
  const value = parseObject(body, status);
  return status === 404 ? undefined : value;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseObject(body: Buffer, status: number): JsonObject {
  try {
    const value: unknown = JSON.parse(utf8.decode(body));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // told below: the parser's message would have some of the answer in it
  }
  throw new ApiFault('malformed', 'an answer that is no JSON object', { status, sent: true });
}
