#!/bin/sh
# Sends messages to an SQS queue in two runs. The receipts of a service prove the outcome of the first run.
# In the second run, qbl takes the messages out of the queue to verify them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
QBL=${QBL:-$here/../../bin/qbl.js}
QUEUE=${QUEUE:-sqs://localhost:9324/orders}

node "$QBL" run --queue "$QUEUE" --threads 20 --loops 25 --service-rate 100
node "$QBL" run --queue "$QUEUE" --threads 20 --loops 25 --consume
