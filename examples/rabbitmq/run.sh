#!/bin/sh
# Sends messages to a RabbitMQ queue, processes them with a service, and proves the outcome of each message.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
QBL=${QBL:-$here/../../bin/qbl.js}
QUEUE=${QUEUE:-amqp://localhost:5672/orders}

set -- --queue "$QUEUE" --threads 20 --loops 25
if [ -n "${URL:-}" ]; then set -- "$@" --url "$URL"; fi
node "$QBL" run "$@" --service-rate 100
