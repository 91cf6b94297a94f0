#!/bin/sh
# Starts a broker and a proxy, sends the plan twice (YAML and .jmx), and verifies each run.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
QBL=${QBL:-$here/../../bin/qbl.js}
PLANS=${PLANS:-$here/../../plans}
PROXY=${PROXY:-qbl}
BROKER_PORT=${BROKER_PORT:-9092}
PROXY_PORT=${PROXY_PORT:-3000}
THREADS=${THREADS:-100}
LOOPS=${LOOPS:-10}
queue=kafka://127.0.0.1:$BROKER_PORT/stress-topic
url=http://127.0.0.1:$PROXY_PORT/send
work=$(mktemp -d)
started=

finish() {
  for pid in $started; do kill "$pid" 2>/dev/null || :; done
  wait
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# start NAME TEXT COMMAND...: starts the command, and waits until a line of its output contains TEXT.
start() {
  name=$1 ready=$2
  shift 2
  # Creates the file of the output, because grep fails if this file does not exist.
  : >"$work/$name.log"
  "$@" >>"$work/$name.log" 2>&1 &
  started="$! $started"
  until grep -q "$ready" "$work/$name.log"; do
    kill -0 "$!" 2>/dev/null || { cat "$work/$name.log" >&2; exit 1; }
    sleep 1
  done
}

start broker 'broker ready' node "$QBL" broker --port "$BROKER_PORT" --data "$work/broker"
if [ "$PROXY" = naive ]; then
  start proxy 'naive proxy on' env PORT="$PROXY_PORT" KAFKA="127.0.0.1:$BROKER_PORT" node "$here/naive-proxy.js"
else
  start proxy 'connected to' node "$QBL" serve --port "$PROXY_PORT" --queue "$queue"
fi

for plan in stress.yaml stress.jmx; do
  run=exercise-${plan#stress.}-$(date +%Y%m%d-%H%M%S)
  node "$QBL" blast --run "$run" --plan "$PLANS/$plan" --url "$url" --queue "$queue" \
    --threads "$THREADS" --loops "$LOOPS"
  node "$QBL" verify "$run"
done
