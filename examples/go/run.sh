#!/bin/sh
# Builds and starts the Go service, sends orders to it, and proves the outcome of each order.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../endpoint.sh"

require go 'Go 1.24 or newer'
say 'Building the service. The first time, Go downloads its modules …'
go build -C "$here/app" -o "$work/orders" .
start_broker
start orders 'listening on' "$work/orders" -listen "127.0.0.1:$PORT" -kafka "$BOOTSTRAP" -topic "$TOPIC"
judge
