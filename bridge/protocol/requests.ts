/** Unknown input -> a typed request, or a refusal that names the parameter and what it should be. */
import { z } from 'zod';
import { badRequest, CallError } from '../errors.ts';

/** Parameters of one call: each a string once, as they stand in a query, or values of a JSON object. */
export type Parameters = Readonly<Record<string, unknown>>;

const user = z.string('is missing').min(1, 'is empty').max(128, 'has 128 characters at the most');
const tab = z.string('is missing').min(1, 'is empty').max(128, 'is too long');
/** It travels as an XML attribute and as a database key. */
const cid = z.string('is missing').regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ . : -');

/** Of an archive: digits. Longer ones than 20 are no time of this universe. */
const messageId = z.string('is missing').regex(/^\d{1,20}$/, 'is no message id of ours');

/** In a query it stands as text. */
const limit = z.coerce.number('must be a number').pipe(z.int('must be a whole number').min(1).max(100));
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')], {
  error: 'must be true or false',
});
/** Levels of a value of the UI state: reading and writing JSON goes as deep as it does. */
const MAX_DEPTH = 20;

const settings = z.preprocess(
  jsonOf,
  z
    .record(z.string(), z.unknown(), 'must be an object of keys and values')
    .refine((set) => Object.keys(set).length > 0, 'is empty')
    .refine((set) => isShallow(set, MAX_DEPTH), `is nested deeper than ${MAX_DEPTH} levels`),
);

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1));
}

const connect = z
  .object({ u: user, token: z.string().max(8192, 'is too long').optional(), tab: tab.optional() })
  .refine(({ token, tab: old }) => token !== undefined || old !== undefined, {
    path: ['token'],
    message: 'is missing (or the tab that you had)',
  });
const ofTab = z.object({ u: user, tab });

/** What each call is asked with. */
export const schemas = {
  connect,
  poll: ofTab.extend({ cursor: z.string('is missing').max(64, 'is no cursor of ours') }),
  send: ofTab.extend({ to: user, body: z.string('is missing').min(1, 'is empty'), cid }),
  typing: ofTab.extend({
    to: user,
    state: z.enum(['composing', 'paused', 'active'], 'must be composing, paused or active'),
  }),
  read: ofTab.extend({ with: user, upTo: messageId }),
  history: ofTab.extend({ with: user, before: messageId.optional(), limit: limit.default(30) }),
  search: ofTab.extend({
    q: z.string('is missing').trim().min(1, 'is empty').max(200, 'has 200 characters at the most'),
    with: user.optional(),
    limit: limit.default(30),
  }),
  ui: ofTab.extend({ set: settings }),
  presence: ofTab.extend({
    show: z.enum(['online', 'away', 'dnd', 'invisible'], 'must be online, away, dnd or invisible'),
    status: z.string('must be a text').max(500, 'has 500 characters at the most').optional(),
  }),
  active: ofTab.extend({ active: flag }),
  leave: ofTab,
};

/** An object in a query is JSON. What is none is told by the check that follows. */
function jsonOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

export type CallName = keyof typeof schemas;
export type Request<N extends CallName> = z.infer<(typeof schemas)[N]>;

/** @throws CallError `bad-request` with every parameter that is wrong. */
export function parseRequest<N extends CallName>(name: N, parameters: Parameters): Request<N> {
  const result = schemas[name].safeParse(parameters);
  if (result.success) return result.data as Request<N>;
  throw badRequest(result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; '));
}

/** @throws CallError `too-large` for a text of more than `most` bytes, `bad-request` for one of blanks alone. */
export function checkBody(body: string, most: number): void {
  if (Buffer.byteLength(body) > most)
    throw new CallError('too-large', `a message has ${most} bytes at the most`);
  if (body.trim() === '') throw badRequest('body is empty');
}
