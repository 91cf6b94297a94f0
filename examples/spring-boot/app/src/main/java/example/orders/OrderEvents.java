package example.orders;

import java.util.concurrent.CompletableFuture;

interface OrderEvents {
  /**
   * Completes when the event is stored, or with the exception that prevented this.
   *
   * @param idempotencyKey null if the request had none
   */
  CompletableFuture<Void> publish(OrderPlaced event, String idempotencyKey);
}
