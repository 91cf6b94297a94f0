// A typical proxy in Go. It parses the body, adds a field and writes it again (encoding/json sorts the keys). It
// answers 200 when all replicas have the message.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
)

var codecs = map[string]kgo.CompressionCodec{
	"gzip":   kgo.GzipCompression(),
	"snappy": kgo.SnappyCompression(),
	"lz4":    kgo.Lz4Compression(),
	"zstd":   kgo.ZstdCompression(),
}

func main() {
	client, err := kgo.NewClient(
		kgo.SeedBrokers(os.Getenv("BROKER")),
		kgo.DefaultProduceTopic(os.Getenv("TOPIC")),
		kgo.ProducerBatchCompression(codecs[os.Getenv("CODEC")]),
	)
	if err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("listening on http://%s/send\n", listener.Addr())
	panic(http.Serve(listener, http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		var message map[string]any
		decoder := json.NewDecoder(request.Body)
		if err := decoder.Decode(&message); err != nil {
			http.Error(response, err.Error(), http.StatusBadRequest)
			return
		}
		// A text that is long enough to be worth compressing.
		message["proxy"] = strings.Repeat("go ", 100)
		value, _ := json.Marshal(message)
		if err := client.ProduceSync(request.Context(), &kgo.Record{Value: value}).FirstErr(); err != nil {
			http.Error(response, err.Error(), http.StatusInternalServerError)
		}
	})))
}
