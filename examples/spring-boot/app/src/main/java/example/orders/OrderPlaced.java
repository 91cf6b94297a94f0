package example.orders;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** The event for other services. It has another shape than the command. */
record OrderPlaced(UUID eventId, Instant occurredAt, Order order, Map<String, Object> attributes) {
  record Order(UUID id, long customer, int quantity, BigDecimal total) {}

  static OrderPlaced from(PlaceOrder command) {
    Order order = new Order(command.orderId(), command.customer(), command.quantity(), command.amount());
    return new OrderPlaced(UUID.randomUUID(), Instant.now(), order, command.attributes());
  }
}
