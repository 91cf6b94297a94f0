package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Event is a CloudEvent. Its data is the command, as it came.
type Event struct {
	SpecVersion string          `json:"specversion"`
	ID          string          `json:"id"`
	Source      string          `json:"source"`
	Type        string          `json:"type"`
	Time        time.Time       `json:"time"`
	Data        json.RawMessage `json:"data"`
}

// Message is an event with its key and, unless it is empty, the idempotency key of the request.
type Message struct {
	Key            string
	IdempotencyKey string
	Event          Event
}

// Publish returns when the message is stored, or why it could not be stored.
type Publish func(ctx context.Context, message Message) error

func orderPlaced(command json.RawMessage) Event {
	return Event{
		SpecVersion: "1.0",
		ID:          rand.Text(),
		Source:      "/orders",
		Type:        "order.placed",
		Time:        time.Now().UTC(),
		Data:        command,
	}
}

// publishTo waits for all replicas, which is the default of franz-go.
func publishTo(client *kgo.Client) Publish {
	return func(ctx context.Context, message Message) error {
		value, err := json.Marshal(message.Event)
		if err != nil {
			return err
		}
		record := &kgo.Record{Key: []byte(message.Key), Value: value}
		if message.IdempotencyKey != "" {
			header := kgo.RecordHeader{Key: "idempotency-key", Value: []byte(message.IdempotencyKey)}
			record.Headers = append(record.Headers, header)
		}
		return client.ProduceSync(ctx, record).FirstErr()
	}
}
