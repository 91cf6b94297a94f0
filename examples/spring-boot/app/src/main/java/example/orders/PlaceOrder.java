package example.orders;

import java.math.BigDecimal;
import java.util.Map;
import java.util.UUID;

/** The command of a customer. Jackson refuses a field that is missing here, see application.yaml. */
record PlaceOrder(
    UUID orderId, long customer, int quantity, BigDecimal amount, Map<String, Object> attributes) {}
