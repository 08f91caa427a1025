/** SQL of the site's own. A question without a query is asked of `site.api`. */
import { z } from 'zod';

/** A statement with so many `?`, those in quoted text not counted. */
const query = (parameters: number) =>
  z
    .string()
    .min(1)
    .refine((sql) => sql.replaceAll(/'[^']*'|"[^"]*"/g, '').split('?').length - 1 === parameters, {
      message: `must be one SQL statement with ${parameters} parameter${parameters === 1 ? '' : 's'}, each written as ?`,
    })
    .meta({ unit: `SQL with ${parameters} ?` });

export const queries = z.strictObject({
  user: query(1)
    .optional()
    .describe('(id) → id, name, avatar (may be null): nothing when the account is unknown or may not chat.'),
  friends: query(1)
    .optional()
    .describe('(id) → id, name, avatar, groups (comma-separated, may be null): the friends of one user.'),
  areFriends: query(2).optional().describe('(id, id) → one row when the two are friends.'),
  password: query(1)
    .optional()
    .describe('(id) → hash: a bcrypt, argon2 or scrypt hash in its usual text form.'),
  mayChat: query(1)
    .optional()
    .describe(
      '(id) → one row when the user has the chat already. Asked in a gradual roll-out by the site’s word alone (`im-bridge rollout --site`).',
    ),
  changes: query(0)
    .optional()
    .describe(
      '() → id, kind, user, friend (may be null), age (seconds; may be left out): the oldest rows of the outbox, with a LIMIT. `outbox.sql` has one. Without it, changes show at the next login.',
    ),
  changesDone: query(1).optional().describe('(id): takes a row off the outbox. Goes with `changes`.'),
});
