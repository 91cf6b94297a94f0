// The service of the example, with faults on purpose (lies).
package main

import (
	"flag"
	"log"
	"net/http"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	address := flag.String("listen", "127.0.0.1:8080", "address of the HTTP server")
	bootstrap := flag.String("kafka", "127.0.0.1:9092", "host and port of a Kafka broker")
	topic := flag.String("topic", "order-events", "topic of the events")
	flag.Parse()

	client, err := kgo.NewClient(kgo.SeedBrokers(*bootstrap), kgo.DefaultProduceTopic(*topic))
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(*address, saysErrors(newHandler(lying(publishTo(client))))))
}
