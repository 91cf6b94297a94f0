import type { Channel, Connection } from 'rabbitmq-client';
import type { AmqpAddress } from '../../url/amqp-url.ts';
import { withChannel } from './client.ts';
import { codeOf } from './errors.ts';

/**
 * What RabbitMQ says of a queue. Of a quorum queue whose leader does not answer it says that there are no messages and
 * no consumers (rabbit_quorum_queue:stat), so 0 of both is known only where a consumer is sure to be there.
 */
export interface QueueCount {
  /** Ready, and given out to nobody. */
  readonly messageCount: number;
  readonly consumerCount: number;
}

/**
 * Makes the exchange and the queue where they are missing, both durable, and binds them; what is there is used as it
 * is, bound as its owner wants it: to bind it again takes rights that a reader need not have.
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
    // Left there unbound, they would be taken for what its owner wants.
    await withChannel(connection, async (channel) => {
      if (!hasQueue) await channel.queueDelete({ queue });
      if (!hasExchange) await channel.exchangeDelete({ exchange, ifUnused: true });
    }).catch(() => {});
    throw error;
  }
}

/** @throws Error when the exchange or the queue is missing, which were there before */
export async function requireTopology(connection: Connection, address: AmqpAddress): Promise<void> {
  const { exchange, queue } = address;
  if (!(await exchangeExists(connection, exchange))) throw new Error(`the exchange '${exchange}' is gone`);
  if (!(await queueExists(connection, queue))) throw new Error(`the queue '${queue}' is gone`);
}

/** Survives a restart of the broker; a quorum queue is always durable. */
export function durable(queueType: AmqpAddress['queueType']) {
  return { durable: true, arguments: { 'x-queue-type': queueType } };
}

/** How many messages are ready in the queue, and how many consumers it has; null: there is no such queue. */
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

/** Whether there is no such queue or exchange, which NOT_FOUND also says of one whose node is down. */
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
