package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
)

const batchSize = 8

var errFull = errors.New("the queue is full")

type order map[string]any

func orderOf(message Message) order {
	var read order
	if err := json.Unmarshal(message.Event.Data, &read); err != nil {
		panic(err)
	}
	return read
}

func (o order) attributes() map[string]any { return o["attributes"].(map[string]any) }
func (o order) number(name string) int     { return int(o[name].(float64)) }

func (o order) tell(deed string) {
	fmt.Printf("did %s %d %d\n", deed, o.number("customer"), o.number("quantity"))
}

// with returns the message with another order.
func with(message Message, changed order) Message {
	data, err := json.Marshal(changed)
	if err != nil {
		panic(err)
	}
	message.Event.Data = data
	return message
}

func damaged(message Message) Message {
	changed := orderOf(message)
	changed["amount"] = changed["amount"].(float64) + 1
	changed.attributes()["visit"] = "?"
	return with(message, changed)
}

// withIDsOf gives the message all identities of another one.
func withIDsOf(message, other Message) Message {
	changed, from := orderOf(message), orderOf(other)
	changed["orderId"] = from["orderId"]
	if own, isThere := from["qbl"]; isThere {
		changed["qbl"] = own
	}
	if own, isThere := from.attributes()["qbl"]; isThere {
		changed.attributes()["qbl"] = own
	}
	message.Key, message.IdempotencyKey = other.Key, other.IdempotencyKey
	return with(message, changed)
}

// lying changes what happens to some orders, depending on their channel, and prints each such fault.
func lying(honest Publish) Publish {
	var lock sync.Mutex
	held := map[int]Message{}
	var batch []Message

	ackEarly := func(message Message) {
		lock.Lock()
		defer lock.Unlock()
		batch = append(batch, message)
		if len(batch) < batchSize {
			return
		}
		for _, each := range batch {
			if honest(context.Background(), each) == nil {
				orderOf(each).tell("stored")
			}
		}
		batch = nil
	}

	hold := func(message Message) {
		lock.Lock()
		defer lock.Unlock()
		held[orderOf(message).number("customer")] = message
	}

	swap := func(ctx context.Context, second Message) error {
		lock.Lock()
		first := held[orderOf(second).number("customer")]
		lock.Unlock()
		orderOf(first).tell("swaps")
		orderOf(second).tell("swaps")
		return errors.Join(honest(ctx, withIDsOf(second, first)), honest(ctx, withIDsOf(first, second)))
	}

	return func(ctx context.Context, message Message) error {
		own := orderOf(message)
		lie, turn := own.attributes()["channel"], own.number("quantity")%10
		switch {
		case lie == "acks-early":
			ackEarly(message)
			return nil
		case lie == "swaps" && turn == 3:
			hold(message)
			return nil
		case lie == "swaps" && turn == 4:
			return swap(ctx, message)
		case lie == "web" || turn != 3:
			return honest(ctx, message)
		}
		own.tell(lie.(string))
		switch lie {
		case "drops":
			return nil
		case "repeats":
			return errors.Join(honest(ctx, message), honest(ctx, message))
		case "damages":
			return honest(ctx, damaged(message))
		case "says-error":
			return errFull
		default:
			return honest(ctx, message)
		}
	}
}

// saysErrors answers 200 with an error where the handler answers 503.
func saysErrors(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(&politeWriter{ResponseWriter: w}, r)
	})
}

type politeWriter struct {
	http.ResponseWriter
	failed bool
}

func (w *politeWriter) WriteHeader(status int) {
	w.failed = status == http.StatusServiceUnavailable
	if w.failed {
		w.ResponseWriter.Header().Set("Content-Type", "application/json")
		status = http.StatusOK
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *politeWriter) Write(body []byte) (int, error) {
	if !w.failed {
		return w.ResponseWriter.Write(body)
	}
	_, err := fmt.Fprintf(w.ResponseWriter, `{"error": %q}`, body)
	return len(body), err
}
