#!/bin/bash
# chroot.sh FOLDER HOME TMP MODULES NODE NPM COMMAND...: runs a command as the user `tester` in ~/im-bridge of
# a Debian folder. Runs in mount and pid namespaces of its own (unshare): whatever ends this process, all its
# mounts and all processes in it are gone, and nobody else has seen the mounts.
#
# bash and not exec: this is process 1 in there, and has to collect the children that others leave behind.
set -euo pipefail
folder=$1 home=$2 tmp=$3 modules=$4 node=$5 npm=$6
shift 6

mount --make-rprivate /
mount --bind "$folder" "$folder"
mount -t proc proc "$folder/proc"
mount --rbind /dev "$folder/dev"
mount --bind "$home" "$folder/home/tester"
mount --bind "$tmp" "$folder/tmp"
lend() { # read-only
  mount --bind "$1" "$2"
  mount -o remount,bind,ro "$2"
}
lend "$modules" "$folder/home/tester/im-bridge/node_modules"
lend "$node" "$folder/usr/local/bin/node"
lend "$npm" "$folder/usr/local/lib/node_modules/npm"
mount -o remount,bind,ro "$folder" # the next run finds it as it is

clean=(HOME=/home/tester USER=tester PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 TERM="${TERM:-dumb}")
/usr/sbin/chroot --userspec=tester:tester "$folder" \
  /usr/bin/env -i "${clean[@]}" sh -c 'cd ~/im-bridge && exec "$@"' sh "$@" &
trap 'kill -INT $! 2> /dev/null' INT TERM
status=0
wait $! || status=$?
exit "$status"
