import type { Message } from '@aws-sdk/client-sqs';
import type { Delivery } from '../../queue.ts';

/**
 * Converts a message of SQS.
 * @param offset number of the message by the reader's own count, because SQS has no offsets
 */
export function deliveryOf({ Body, Attributes }: Message, offset: number, receivedAtMs: number): Delivery {
  const receiveCount = Number(Attributes?.ApproximateReceiveCount ?? 1);
  return {
    partition: 0,
    offset,
    value: Body === undefined ? null : Buffer.from(Body),
    receivedAtMs,
    redelivered: receiveCount > 1,
    timestamp: null,
  };
}
