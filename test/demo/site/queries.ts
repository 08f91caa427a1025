/** What the bridge asks of the demo site's database: `site.queries` of its settings. */
import type { SiteQueries } from '../../../bridge/config/schema.ts';

/** A suspended user is nobody: no account, no friends, on no list, no password. */
export const demoQueries = {
  user: `
    SELECT id, name, avatar
    FROM users
    WHERE id = ? AND status = 'active'`,
  friends: `
    SELECT friend.id, friend.name, friend.avatar, f.circle AS \`groups\`
    FROM users me
    JOIN friendships f ON f.user_id = me.id
    JOIN users friend ON friend.id = f.friend_id AND friend.status = 'active'
    WHERE me.id = ? AND me.status = 'active'
    ORDER BY friend.id`,
  areFriends: `
    SELECT 1
    FROM friendships f
    JOIN users a ON a.id = f.user_id AND a.status = 'active'
    JOIN users b ON b.id = f.friend_id AND b.status = 'active'
    WHERE f.user_id = ? AND f.friend_id = ?`,
  password: `
    SELECT password_hash AS hash
    FROM users
    WHERE id = ? AND status = 'active'`,
  changes: `
    SELECT id, kind, user_id AS user, friend_id AS friend,
      TIMESTAMPDIFF(SECOND, created_at, CURRENT_TIMESTAMP) AS age
    FROM im_outbox
    ORDER BY id
    LIMIT 500`,
  changesDone: `
    DELETE FROM im_outbox
    WHERE id = ?`,
} satisfies SiteQueries;
