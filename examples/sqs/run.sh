#!/bin/sh
# Sends messages to an SQS queue twice. The first run is verified by the receipts of a service, the
# second one by taking the messages out.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
QBL=${QBL:-$here/../../bin/qbl.js}
QUEUE=${QUEUE:-sqs://localhost:9324/orders}

node "$QBL" run --queue "$QUEUE" --threads 20 --loops 25 --service-rate 100
node "$QBL" run --queue "$QUEUE" --threads 20 --loops 25 --consume
