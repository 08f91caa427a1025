#!/bin/sh
# Configuration and tables, then ejabberd in the foreground.
set -eu
node /opt/im-bridge/dist/test/demo/docker/prepare-ejabberd.js --config /etc/im-bridge.yml

export IM_AUTH_LOG=/proc/self/fd/2 # the external-auth script's log, among ejabberd's
ejabberdctl foreground &
server=$!
trap 'ejabberdctl stop' TERM INT # ejabberdctl in the foreground passes no signal on
wait "$server" || wait "$server" # a signal ends the first wait
