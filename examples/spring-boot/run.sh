#!/bin/sh
# Starts the Spring Boot proxy, unless URL names another one, sends the plan, and proves the outcome of each order.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
QBL=${QBL:-$here/../../bin/qbl.js}
QUEUE=${QUEUE:-kafka://localhost:9092/orders}
PORT=${PORT:-8080}
app=

finish() {
  if [ -n "$app" ]; then kill "$app" 2>/dev/null || :; wait "$app" || :; fi
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -z "${URL:-}" ]; then
  address=${QUEUE#kafka://}
  mvn -q -B -f "$here/app/pom.xml" package
  java -jar "$here/app/target/orders-proxy.jar" --server.port="$PORT" --orders.topic="${address#*/}" \
    --spring.kafka.bootstrap-servers="${address%%/*}" >"$here/app/target/app.log" 2>&1 &
  app=$!
  until grep -q 'Started OrdersProxy' "$here/app/target/app.log"; do
    kill -0 "$app" 2>/dev/null || { cat "$here/app/target/app.log" >&2; exit 1; }
    sleep 1
  done
  URL=http://localhost:$PORT/orders
fi
node "$QBL" run --plan "$here/plan.yaml" --queue "$QUEUE" --url "$URL"
