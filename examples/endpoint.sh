# Functions for the examples that judge an HTTP endpoint in front of Kafka.
# The functions start the broker and the service, send the plan, and stop the broker and the service.
QBL=${QBL:-$here/../../bin/qbl.js}
BROKER_PORT=${BROKER_PORT:-9092}
PORT=${PORT:-8080}
BOOTSTRAP=127.0.0.1:$BROKER_PORT
TOPIC=order-events
started=

say() { printf '%s\n' "$*" >&2; }

# fail PROBLEM HINT: prints the problem and the hint, and ends the script.
fail() {
  say "error: $1"
  say "hint: $2"
  exit 2
}

# require PROGRAM NAME: fails if the program is not on the PATH. NAME says what to install.
require() { command -v "$1" >/dev/null || fail "$1 is not on the PATH." "Install $2."; }

# require_free VARIABLE PORT: fails if the port is in use. The user can set another port with the variable.
require_free() {
  node -e 'require("net").connect(+process.argv[1], "127.0.0.1").on("connect", () => process.exit(1)).on("error", () => {})' "$2" ||
    fail "Port $2 is in use." "Stop the program that uses the port, or set $1 to another port."
}

# The checks for programs and free ports come first, because building the service may take a minute.
require node 'Node 20.19 or newer'
node "$QBL" --version >/dev/null 2>&1 ||
  fail "qbl does not start: node $QBL" "Run 'npm ci' in the folder of qbl, with Node 20.19 or newer."
require_free BROKER_PORT "$BROKER_PORT"
require_free PORT "$PORT"
work=$(mktemp -d)

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
  : >"$work/$name.log"
  "$@" >>"$work/$name.log" 2>&1 &
  started="$! $started"
  until grep -q "$ready" "$work/$name.log"; do
    kill -0 "$!" 2>/dev/null || { cat "$work/$name.log" >&2; exit 1; }
    sleep 1
  done
}

start_broker() {
  say 'Starting the embedded Kafka broker and the service …'
  start broker 'broker ready' node "$QBL" broker --port "$BROKER_PORT" --data "$work/broker"
}

# Sends the plan to the endpoint and reads the topic. The script ends with the exit code of the verdict.
judge() {
  say "Sending the requests of $here/plan.yaml …"
  node "$QBL" run --plan "$here/plan.yaml" --queue "kafka://$BOOTSTRAP/$TOPIC" --url "http://127.0.0.1:$PORT/orders"
}
