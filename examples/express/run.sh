#!/bin/sh
# Starts the Express service, sends orders to it, and proves the outcome of each order.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../endpoint.sh"

start_broker
start orders 'listening on' env PORT="$PORT" KAFKA_BOOTSTRAP="$BOOTSTRAP" KAFKA_TOPIC="$TOPIC" \
  node "$here/app/main.js"
judge
