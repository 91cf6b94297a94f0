#!/bin/sh
# Starts Bento with the pipeline, sends orders to it, and proves the outcome of each order.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../endpoint.sh"
BENTO=${BENTO:-bento}
require "$BENTO" 'Bento, or set BENTO to the path of the program'

start_broker
start orders 'Receiving HTTP messages' env PORT="$PORT" KAFKA_BOOTSTRAP="$BOOTSTRAP" KAFKA_TOPIC="$TOPIC" \
  "$BENTO" -c "$here/orders.yaml"
judge
