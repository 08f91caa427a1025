/**
 * The bridge's own tables. Forward only, each step safe beside running bridges of the version before. A step
 * that has been released is never changed: add one.
 */
export const MIGRATIONS: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: '0001-sent-messages',
    // A cid is remembered for a day (AMENDMENTS 6), found by user and cid, and pruned by age.
    sql: `CREATE TABLE IF NOT EXISTS im_sent (
      user_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      cid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      content BINARY(32) NOT NULL COMMENT 'SHA-256 of receiver and text',
      message_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'archive id; NULL: begun',
      sent_at VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'ISO 8601, as answered',
      begun_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
      PRIMARY KEY (user_id, cid),
      KEY by_age (begun_at)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  },
  {
    name: '0002-signed-out',
    sql: `CREATE TABLE IF NOT EXISTS im_signed_out (
      user_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      signed_out_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
      KEY by_age (signed_out_at)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  },
  {
    name: '0003-auth-failures',
    // Counted by user in each password login, and pruned by age.
    sql: `CREATE TABLE IF NOT EXISTS im_auth_failures (
      user_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      tries SMALLINT UNSIGNED NOT NULL COMMENT 'wrong passwords in this window',
      since TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) COMMENT 'when the window began',
      KEY by_age (since)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  },
  {
    name: '0004-user-state',
    // JSON as text: it is read and written whole, and MariaDB's JSON is text as well.
    sql: `CREATE TABLE IF NOT EXISTS im_user_state (
      user_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      version INT UNSIGNED NOT NULL COMMENT 'grows with each write',
      presence TEXT NOT NULL COMMENT 'how the person chose to appear',
      ui MEDIUMTEXT NOT NULL COMMENT 'UI state, by key',
      ui_version INT UNSIGNED NOT NULL,
      newest VARCHAR(128) NOT NULL COMMENT 'the newest message that the counts have seen, or null',
      conversations MEDIUMTEXT NOT NULL COMMENT 'with whom, unread, read markers; no text',
      changed_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_bin`,
  },
  {
    name: '0005-rollout',
    // One row; without it everybody has the chat.
    sql: `CREATE TABLE IF NOT EXISTS im_rollout (
      id TINYINT UNSIGNED NOT NULL PRIMARY KEY COMMENT 'always 1',
      decided_by VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'percent or site',
      percent DECIMAL(5,2) NOT NULL,
      version INT UNSIGNED NOT NULL COMMENT 'grows with each change, of the list too'
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  },
  {
    name: '0006-rollout-users',
    sql: `CREATE TABLE IF NOT EXISTS im_rollout_users (
      user_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      is_in TINYINT(1) NOT NULL COMMENT '1: has the chat, 0: does not, whatever the rules say',
      listed_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  },
];
