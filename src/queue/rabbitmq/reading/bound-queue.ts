import type { Connection } from 'rabbitmq-client';
import type { AmqpAddress } from '../../url/amqp-url.ts';
import { withChannel } from '../connection/client.ts';
import { durable } from '../connection/topology.ts';

/**
 * If a tap's queue has no reader for this long, the broker deletes the queue. Otherwise the queue of a killed
 * tap would collect copies forever. A reader normally reconnects earlier. If it reconnects too late, it
 * reports that its queue no longer exists.
 */
const EXPIRES_MS = 5 * 60_000;

/** Creates a queue and binds it. If binding fails, deletes the queue again. */
export async function makeBoundQueue(
  connection: Connection,
  address: AmqpAddress,
  queue: string,
): Promise<void> {
  const { exchange, routingKey, queueType } = address;
  const { durable: isDurable, arguments: type } = durable(queueType);
  const own = { ...type, 'x-expires': EXPIRES_MS, 'x-single-active-consumer': true };
  await withChannel(connection, (channel) =>
    channel.queueDeclare({ queue, durable: isDurable, arguments: own }),
  );
  try {
    await withChannel(connection, (channel) => channel.queueBind({ exchange, queue, routingKey }));
  } catch (error) {
    // If the queue cannot be deleted, the broker deletes it later, because it has an expiry time.
    await withChannel(connection, (channel) => channel.queueDelete({ queue })).catch(() => {});
    throw error;
  }
}
