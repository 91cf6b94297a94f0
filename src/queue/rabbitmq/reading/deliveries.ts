import type { Delivery } from '../../reader.ts';
import { headersOf } from './headers.ts';
import type { UnansweredDelivery } from './subscription.ts';

/** Numbers the messages of a reader or consumer. The numbers are used as offsets, which RabbitMQ does not have. */
export class DeliveryCounter {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  delivery({ message, receivedAtMs }: UnansweredDelivery): Delivery {
    const { body, redelivered, routingKey } = message;
    if (!Buffer.isBuffer(body)) throw new Error('rabbitmq-client has decoded a body');
    const offset = this.#count++;
    return {
      ...{ partition: 0, offset, value: body, receivedAtMs, redelivered, timestamp: null },
      key: Buffer.from(routingKey),
      headers: () => headersOf(message),
    };
  }
}
