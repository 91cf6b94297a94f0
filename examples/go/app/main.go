// The service takes commands over HTTP and publishes them to Kafka as events.
package main

import (
	"flag"
	"log"
	"net"
	"net/http"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	address := flag.String("listen", "127.0.0.1:8080", "address of the HTTP server")
	bootstrap := flag.String("kafka", "127.0.0.1:9092", "host and port of a Kafka broker")
	topic := flag.String("topic", "order-events", "topic of the events")
	flag.Parse()

	client, err := kgo.NewClient(
		kgo.SeedBrokers(*bootstrap),
		kgo.DefaultProduceTopic(*topic),
		kgo.AllowAutoTopicCreation(),
	)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("listening on %s", listener.Addr())
	log.Fatal(http.Serve(listener, newHandler(publishTo(client))))
}
