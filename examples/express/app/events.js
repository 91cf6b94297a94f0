import { randomUUID } from 'node:crypto';

/** The event has all fields of the command, and some more fields. */
export function orderPlaced(command) {
  return { ...command, event: 'order.placed', eventId: randomUUID(), placedAt: new Date().toISOString() };
}

/**
 * Returns a function that publishes an event. Its promise resolves when all replicas have stored the event, which is
 * the default of kafkajs.
 */
export function publisher(producer, topic) {
  return (event, idempotencyKey) => {
    const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    const message = { key: event.orderId, value: JSON.stringify(event), headers };
    return producer.send({ topic, messages: [message] });
  };
}
