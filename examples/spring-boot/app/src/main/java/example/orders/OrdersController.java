package example.orders;

import java.util.concurrent.CompletableFuture;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

@RestController
class OrdersController {
  private final OrderEvents events;

  OrdersController(OrderEvents events) {
    this.events = events;
  }

  /** Answers 202 when Kafka has stored the event. If Kafka could not, Spring answers 500. */
  @PostMapping("/orders")
  CompletableFuture<ResponseEntity<Void>> place(
      @RequestBody PlaceOrder command,
      @RequestHeader(name = "Idempotency-Key", required = false) String idempotencyKey) {
    return events
        .publish(OrderPlaced.from(command), idempotencyKey)
        .thenApply(stored -> ResponseEntity.accepted().build());
  }
}
