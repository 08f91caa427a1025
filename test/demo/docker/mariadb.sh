#!/bin/sh
# Makes the data directory the first time; databases and account at every start, so that a changed password holds.
set -eu
: "${IM_MYSQL_PASSWORD:?set IM_MYSQL_PASSWORD to the password of the account im}"
data=/var/lib/mysql/data
init=/tmp/init.sql # in memory. Each image has /tmp: a folder that Docker has to make belongs to root after a restart

if [ ! -d "$data" ]; then
  rm -rf "$data.new" # of a start that was interrupted
  mariadb-install-db --no-defaults --datadir="$data.new" --auth-root-socket-user=mysql --skip-test-db
  mv "$data.new" "$data"
fi

password=$(printf '%s' "$IM_MYSQL_PASSWORD" | sed "s/[\\\\']/\\\\&/g")
umask 077
cat > "$init" <<SQL
CREATE DATABASE IF NOT EXISTS im CHARACTER SET utf8mb4;
CREATE DATABASE IF NOT EXISTS site CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS 'im'@'%';
ALTER USER 'im'@'%' IDENTIFIED BY '$password';
GRANT ALL PRIVILEGES ON im.* TO 'im'@'%';
GRANT ALL PRIVILEGES ON site.* TO 'im'@'%';
SQL

# It answers nobody before the file is done, so its health check may ask for no more than an answer.
# The system's cache outlives the process: only a power cut can cost the last second.
exec mariadbd --no-defaults --datadir="$data" --socket=/tmp/mysqld.sock --pid-file=/tmp/mysqld.pid \
  --init-file="$init" --skip-log-bin --skip-name-resolve --character-set-server=utf8mb4 \
  --default-time-zone=+00:00 --max-connections=500 --innodb-flush-log-at-trx-commit=2
