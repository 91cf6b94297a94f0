import type { Message } from '@aws-sdk/client-sqs';
import type { Delivery, MessageHeader } from '../../queue.ts';

/**
 * Converts an SQS message to a delivery.
 * @param offset the reader's own count, because SQS has no offsets
 */
export function deliveryOf(message: Message, offset: number, receivedAtMs: number): Delivery {
  const { Body, Attributes, MessageAttributes } = message;
  const receiveCount = Number(Attributes?.ApproximateReceiveCount ?? 1);
  const group = groupOf(message);
  return {
    partition: 0,
    offset,
    value: Body === undefined ? null : Buffer.from(Body),
    receivedAtMs,
    redelivered: receiveCount > 1,
    timestamp: null,
    key: group === null ? null : Buffer.from(group),
    ...(MessageAttributes === undefined ? {} : { headers: () => headersOf(MessageAttributes) }),
  };
}

/**
 * Returns the message group of a message that has a key. Null if the message has no key. A message without a
 * key has a group of its own (see fifoIds).
 */
function groupOf({ Attributes }: Message): string | null {
  const { MessageGroupId: group = null, MessageDeduplicationId } = Attributes ?? {};
  return group === MessageDeduplicationId ? null : group;
}

/** Returns the attributes that are texts or numbers. Binary attributes have no StringValue. */
function headersOf(attributes: NonNullable<Message['MessageAttributes']>): MessageHeader[] {
  return Object.entries(attributes).flatMap(([name, { StringValue: value }]) =>
    value === undefined ? [] : [{ name, value }],
  );
}
