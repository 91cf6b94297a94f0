#!/bin/sh
# Builds and starts the Spring Boot service, sends orders to it, and proves the outcome of each order.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../endpoint.sh"

require java 'Java 17 or newer'
require mvn Maven
say 'Building the service. The first time, Maven downloads about 80 MB …'
mvn -q -B -f "$here/app/pom.xml" package
start_broker
start orders 'Started OrdersApplication' java -jar "$here/app/target/orders.jar" --server.port="$PORT" \
  --spring.kafka.bootstrap-servers="$BOOTSTRAP" --orders.topic="$TOPIC"
judge
