-- The outbox: what changed on the site, and is still to be told to the chat. A ready migration for the demo
-- site's tables (users, friendships, web_sessions); for another schema, keep the table and write the triggers
-- anew, or have the site's code INSERT in the transaction of its own change.
--
-- Kinds: friend-added, friend-changed, friend-removed (user_id and friend_id; one row for the two is enough),
--        user-changed, user-removed (also suspended), user-signed-out.
-- What is in a row is a hint, and never the truth: the component asks the site what is so now. A row too many
-- does no harm. `CREATE TRIGGER IF NOT EXISTS` is known to MariaDB, and to MySQL from 8.0.29 on. MySQL runs no triggers for rows that a foreign key's CASCADE deletes: user-removed covers those.
--
-- The component reads with   SELECT id, kind, user_id AS user, friend_id AS friend,
--                              TIMESTAMPDIFF(SECOND, created_at, CURRENT_TIMESTAMP) AS age FROM im_outbox ORDER BY id LIMIT 500
-- and takes off with         DELETE FROM im_outbox WHERE id = ?
-- so its account needs SELECT and DELETE on this one table.

CREATE TABLE IF NOT EXISTS im_outbox (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind       VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  friend_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TRIGGER IF NOT EXISTS im_friend_added AFTER INSERT ON friendships FOR EACH ROW
  INSERT INTO im_outbox (kind, user_id, friend_id) VALUES ('friend-added', NEW.user_id, NEW.friend_id);

CREATE TRIGGER IF NOT EXISTS im_friend_changed AFTER UPDATE ON friendships FOR EACH ROW
  INSERT INTO im_outbox (kind, user_id, friend_id) VALUES ('friend-changed', NEW.user_id, NEW.friend_id);

CREATE TRIGGER IF NOT EXISTS im_friend_removed AFTER DELETE ON friendships FOR EACH ROW
  INSERT INTO im_outbox (kind, user_id, friend_id) VALUES ('friend-removed', OLD.user_id, OLD.friend_id);

-- A new password alone is nothing that friends see.
CREATE TRIGGER IF NOT EXISTS im_user_changed AFTER UPDATE ON users FOR EACH ROW
  INSERT INTO im_outbox (kind, user_id)
  SELECT IF(NEW.status = 'active', 'user-changed', 'user-removed'), NEW.id FROM DUAL
  WHERE NOT (NEW.name <=> OLD.name AND NEW.avatar <=> OLD.avatar AND NEW.status <=> OLD.status);

CREATE TRIGGER IF NOT EXISTS im_user_removed AFTER DELETE ON users FOR EACH ROW
  INSERT INTO im_outbox (kind, user_id) VALUES ('user-removed', OLD.id);

-- Signed out is who has no session left, on no machine.
CREATE TRIGGER IF NOT EXISTS im_user_signed_out AFTER DELETE ON web_sessions FOR EACH ROW
  INSERT INTO im_outbox (kind, user_id)
  SELECT 'user-signed-out', OLD.user_id FROM DUAL
  WHERE OLD.expires_at > CURRENT_TIMESTAMP(3) -- one that expired says nothing of its person when it is cleared away
    AND NOT EXISTS (SELECT 1 FROM web_sessions s WHERE s.user_id = OLD.user_id AND s.expires_at > CURRENT_TIMESTAMP(3));
