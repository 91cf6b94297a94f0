package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"

	"encoding/json"

	"github.com/twmb/franz-go/pkg/kgo"
)

// A proxy from HTTP to Kafka as a Go programmer would write it: net/http, franz-go with its defaults, and the same
// checks and the same answer as `qbl serve`.
func main() {
	client, err := kgo.NewClient(
		kgo.SeedBrokers(os.Getenv("KAFKA")),
		kgo.DefaultProduceTopic("stress-topic"),
		kgo.AllowAutoTopicCreation(),
	)
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("POST /send", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if !json.Valid(body) {
			http.Error(w, "The body is not valid JSON.", http.StatusBadRequest)
			return
		}
		if err := client.ProduceSync(r.Context(), &kgo.Record{Value: body}).FirstErr(); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		io.WriteString(w, "Mensaje enviado a Kafka")
	})
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}
