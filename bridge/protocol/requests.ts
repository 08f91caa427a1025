/** Unknown input -> a typed request, or a refusal that names the parameter and what it should be. */
import { z } from 'zod';
import { badRequest, CallError } from '../errors.ts';

/** Parameters of one call: each a string once, as they stand in a query, or values of a JSON object. */
export type Parameters = Readonly<Record<string, unknown>>;

const user = z.string('is missing').min(1, 'is empty').max(128, 'has 128 characters at the most');
const tab = z.string('is missing').min(1, 'is empty').max(128, 'is too long');
/** It travels as an XML attribute and as a database key. */
const cid = z.string('is missing').regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ . : -');

const connect = z
  .object({ u: user, token: z.string().max(8192, 'is too long').optional(), tab: tab.optional() })
  .refine(({ token, tab: old }) => token !== undefined || old !== undefined, {
    path: ['token'],
    message: 'is missing (or the tab that you had)',
  });
const poll = z.object({ u: user, tab, cursor: z.string('is missing').max(64, 'is no cursor of ours') });
const send = z.object({ u: user, tab, to: user, body: z.string('is missing').min(1, 'is empty'), cid });
const leave = z.object({ u: user, tab });

const schemas = { connect, poll, send, leave };

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
