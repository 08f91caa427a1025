-- The demo site's own tables. They stand for the database that a customer already has: the bridge knows
-- nothing of them but the four queries of queries.ts.

CREATE TABLE IF NOT EXISTS users (
  id            VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  name          VARCHAR(100) NOT NULL,
  avatar        VARCHAR(255) NULL,
  password_hash VARCHAR(255) NOT NULL,
  status        ENUM('active', 'suspended') NOT NULL DEFAULT 'active',
  created_at    TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Two rows a friendship, one for each side, so that either side's list is one range of the primary key.
-- circle: the group that user_id has put friend_id in.
CREATE TABLE IF NOT EXISTS friendships (
  user_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  friend_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  circle     VARCHAR(64) NULL,
  created_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (user_id, friend_id),
  KEY friend_of (friend_id, user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE IF NOT EXISTS web_sessions (
  token_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  user_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  expires_at TIMESTAMP(3) NOT NULL,
  KEY of_user (user_id),
  KEY expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
