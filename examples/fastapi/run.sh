#!/bin/sh
# Installs and starts the FastAPI service, sends orders to it, and proves the outcome of each order.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../endpoint.sh"

require python3 'Python 3.10 or newer'
say 'Installing FastAPI, Uvicorn and aiokafka …'
python3 -m venv "$here/app/.venv"
"$here/app/.venv/bin/pip" install --quiet --requirement "$here/app/requirements.txt"
start_broker
start orders 'Uvicorn running' env KAFKA_BOOTSTRAP="$BOOTSTRAP" KAFKA_TOPIC="$TOPIC" \
  "$here/app/.venv/bin/uvicorn" --app-dir "$here/app" --port "$PORT" main:app
judge
