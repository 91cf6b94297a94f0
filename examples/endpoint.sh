# Shared by the examples that judge an HTTP endpoint in front of Kafka: starts the parts, sends the plan, and stops the parts.
QBL=${QBL:-$here/../../bin/qbl.js}
BROKER_PORT=${BROKER_PORT:-9092}
PORT=${PORT:-8080}
BOOTSTRAP=127.0.0.1:$BROKER_PORT
TOPIC=order-events
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

# start <name> <text of the line that says it is ready> <command...>
start() {
  name=$1 ready=$2
  shift 2
  : >"$work/$name.log"
  "$@" >>"$work/$name.log" 2>&1 &
  started="$! $started"
  until grep -q "$ready" "$work/$name.log"; do
    kill -0 "$!" 2>/dev/null || { cat "$work/$name.log" >&2; exit 1; }
    sleep 1
  done
}

start_broker() {
  start broker 'broker ready' node "$QBL" broker --port "$BROKER_PORT" --data "$work/broker"
}

# Sends the plan to the endpoint and reads the topic. The script ends with the exit code of the verdict.
judge() {
  node "$QBL" run --plan "$here/plan.yaml" --queue "kafka://$BOOTSTRAP/$TOPIC" --url "http://127.0.0.1:$PORT/orders"
}
