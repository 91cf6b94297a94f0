package example.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;

@Component
class KafkaOrderEvents implements OrderEvents {
  private final KafkaTemplate<String, OrderPlaced> kafka;
  private final String topic;

  KafkaOrderEvents(KafkaTemplate<String, OrderPlaced> kafka, @Value("${orders.topic}") String topic) {
    this.kafka = kafka;
    this.topic = topic;
  }

  @Override
  public CompletableFuture<Void> publish(OrderPlaced event, String idempotencyKey) {
    var message = new ProducerRecord<>(topic, event.order().id().toString(), event);
    if (idempotencyKey != null) {
      message.headers().add("idempotency-key", idempotencyKey.getBytes(UTF_8));
    }
    return kafka.send(message).thenApply(stored -> null);
  }
}
