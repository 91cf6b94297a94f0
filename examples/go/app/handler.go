package main

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
)

const maxBodyBytes = 1 << 20

// newHandler answers POST /orders with 202 when the event is stored, and with 503 if it could not be stored.
func newHandler(publish Publish) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var command struct {
			OrderID string `json:"orderId"`
		}
		if err := json.Unmarshal(body, &command); err != nil || command.OrderID == "" {
			http.Error(w, "expected a JSON object with an orderId", http.StatusBadRequest)
			return
		}
		message := Message{
			Key:            command.OrderID,
			IdempotencyKey: r.Header.Get("Idempotency-Key"),
			Event:          orderPlaced(body),
		}
		if err := publish(r.Context(), message); err != nil {
			log.Printf("order %q was not stored: %v", command.OrderID, err)
			http.Error(w, "the order was not stored", http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	})
	return mux
}
