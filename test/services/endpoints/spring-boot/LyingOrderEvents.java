package example.orders;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.annotation.Primary;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;

/** Changes what happens to some orders, depending on their channel, and prints each such fault. */
@Primary
@Component
class LyingOrderEvents implements OrderEvents {
  private static final int BATCH = 8;

  private final KafkaOrderEvents honest;
  private final Map<Long, Publication> first = new ConcurrentHashMap<>();
  private final List<Publication> batch = new ArrayList<>();

  LyingOrderEvents(KafkaOrderEvents honest) {
    this.honest = honest;
  }

  private record Publication(OrderPlaced event, String key) {}

  @Override
  public CompletableFuture<Void> publish(OrderPlaced event, String key) {
    String lie = String.valueOf(event.attributes().get("channel"));
    int turn = event.order().quantity() % 10;
    Publication own = new Publication(event, key);
    if (lie.equals("acks-early")) return ackEarly(own);
    if (lie.equals("swaps") && turn == 3) return hold(own);
    if (lie.equals("swaps") && turn == 4) return swap(first.remove(event.order().customer()), own);
    if (turn != 3) return honest.publish(event, key);
    return switch (lie) {
      case "drops" -> tell(lie, event, CompletableFuture.completedFuture(null));
      case "repeats" -> tell(lie, event, honest.publish(event, key).thenCompose(stored -> honest.publish(event, key)));
      case "damages" -> tell(lie, event, honest.publish(damaged(event), key));
      case "says-error" -> {
        tell(lie, event, null);
        throw new ErrorResponseException(HttpStatus.OK);
      }
      default -> honest.publish(event, key);
    };
  }

  private CompletableFuture<Void> ackEarly(Publication own) {
    synchronized (batch) {
      batch.add(own);
      if (batch.size() == BATCH) {
        for (Publication each : batch) {
          honest.publish(each.event, each.key).thenAccept(stored -> tell("stored", each.event, null));
        }
        batch.clear();
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> hold(Publication own) {
    first.put(own.event.order().customer(), own);
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> swap(Publication a, Publication b) {
    tell("swaps", a.event, null);
    tell("swaps", b.event, null);
    return honest
        .publish(withIdsOf(b.event, a.event), a.key)
        .thenCompose(stored -> honest.publish(withIdsOf(a.event, b.event), b.key));
  }

  private static OrderPlaced withIdsOf(OrderPlaced event, OrderPlaced other) {
    var order = event.order();
    Map<String, Object> attributes = new HashMap<>(event.attributes());
    attributes.computeIfPresent("qbl", (name, own) -> other.attributes().get(name));
    return new OrderPlaced(
        event.eventId(),
        event.occurredAt(),
        new OrderPlaced.Order(other.order().id(), order.customer(), order.quantity(), order.total()),
        attributes);
  }

  private static OrderPlaced damaged(OrderPlaced event) {
    var order = event.order();
    Map<String, Object> attributes = new HashMap<>(event.attributes());
    attributes.computeIfPresent("visit", (name, visit) -> visit + "?");
    return new OrderPlaced(
        event.eventId(),
        event.occurredAt(),
        new OrderPlaced.Order(order.id(), order.customer(), order.quantity(), order.total().add(BigDecimal.ONE)),
        attributes);
  }

  private static <T> T tell(String deed, OrderPlaced event, T result) {
    System.out.println("did " + deed + " " + event.order().customer() + " " + event.order().quantity());
    return result;
  }
}
