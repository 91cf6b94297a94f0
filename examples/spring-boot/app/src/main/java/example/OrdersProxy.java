package example;

import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Puts each order on a topic, and answers when Kafka has stored it. */
@SpringBootApplication
@RestController
public class OrdersProxy {
  private final KafkaTemplate<String, String> kafka;
  private final String topic;

  OrdersProxy(KafkaTemplate<String, String> kafka, @Value("${orders.topic}") String topic) {
    this.kafka = kafka;
    this.topic = topic;
  }

  public static void main(String[] args) {
    SpringApplication.run(OrdersProxy.class, args);
  }

  /** A failed send completes the future with its exception, and Spring answers 500. */
  @PostMapping(path = "/orders", consumes = MediaType.APPLICATION_JSON_VALUE)
  CompletableFuture<ResponseEntity<Void>> place(@RequestBody String order) {
    return kafka.send(topic, order).thenApply(stored -> ResponseEntity.accepted().build());
  }
}
