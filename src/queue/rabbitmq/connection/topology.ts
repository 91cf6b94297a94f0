import type { Channel, Connection } from 'rabbitmq-client';
import type { AmqpAddress } from '../../url/amqp-url.ts';
import { withChannel } from './client.ts';
import { codeOf } from './errors.ts';

/**
 * What RabbitMQ reports about a queue. If the leader of a quorum queue does not answer, RabbitMQ reports 0 messages
 * and 0 consumers (rabbit_quorum_queue:stat). So if the queue is known to have a consumer, a consumer count of 0 means
 * that the leader did not answer.
 */
export interface QueueCount {
  /** Messages that can be delivered. Messages that were delivered but not acknowledged do not count. */
  readonly messageCount: number;
  readonly consumerCount: number;
}

/**
 * Creates the exchange and the queue if they are missing, both durable, and binds them. Does not bind an existing
 * queue again, because that could need permissions that a reader does not have.
 */
export async function ensureTopology(connection: Connection, address: AmqpAddress): Promise<void> {
  const { exchange, queue, routingKey, queueType } = address;
  const hasExchange = await exchangeExists(connection, exchange);
  const hasQueue = await queueExists(connection, queue);
  await withChannel(connection, async (channel) => {
    if (!hasExchange) await channel.exchangeDeclare({ exchange, type: 'direct', durable: true });
    if (!hasQueue) await channel.queueDeclare({ queue, ...durable(queueType) });
  });
  if (hasExchange && hasQueue) return;
  try {
    await withChannel(connection, (channel) => channel.queueBind({ exchange, queue, routingKey }));
  } catch (error) {
    // Binding failed, so delete the new queue. Otherwise it would later look like a queue that its owner
    // deliberately did not bind.
    await withChannel(connection, async (channel) => {
      if (!hasQueue) await channel.queueDelete({ queue });
      if (!hasExchange) await channel.exchangeDelete({ exchange, ifUnused: true });
    }).catch(() => {});
    throw error;
  }
}

/**
 * Checks that exchange and queue exist.
 * @throws Error if one of them no longer exists
 */
export async function requireTopology(connection: Connection, address: AmqpAddress): Promise<void> {
  const { exchange, queue } = address;
  if (!(await exchangeExists(connection, exchange)))
    throw new Error(`the exchange '${exchange}' no longer exists`);
  if (!(await queueExists(connection, queue))) throw new Error(`the queue '${queue}' no longer exists`);
}

/** Arguments of a queue that survives a restart of the broker. A quorum queue is always durable. */
export function durable(queueType: AmqpAddress['queueType']) {
  return { durable: true, arguments: { 'x-queue-type': queueType } };
}

/** Returns the number of ready messages and of consumers. Null if the queue does not exist. */
export async function countQueue(connection: Connection, queue: string): Promise<QueueCount | null> {
  return withChannel(connection, async (channel) => {
    try {
      return await channel.queueDeclare({ queue, passive: true });
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  });
}

/**
 * Whether the error says that the queue or exchange does not exist. The code NOT_FOUND alone is not enough,
 * because it can also mean that the node of the queue is down.
 */
export function isGone(error: unknown): boolean {
  return (
    codeOf(error) === 'NOT_FOUND' && error instanceof Error && / no (queue|exchange) /.test(error.message)
  );
}

async function queueExists(connection: Connection, queue: string): Promise<boolean> {
  return (await countQueue(connection, queue)) !== null;
}

function exchangeExists(connection: Connection, exchange: string): Promise<boolean> {
  const declare = (channel: Channel) => channel.exchangeDeclare({ exchange, passive: true });
  return withChannel(connection, async (channel) => {
    try {
      await declare(channel);
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  });
}
