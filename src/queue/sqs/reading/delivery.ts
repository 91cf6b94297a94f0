import type { MessageHeader } from '../../message.ts';
import type { Delivery } from '../../reader.ts';
import type { ReceivedMessage } from '../requests/answers.ts';

/**
 * Converts an SQS message to a delivery.
 * @param offset the reader's own count, because SQS has no offsets
 */
export function deliveryOf(message: ReceivedMessage, offset: number, receivedAtMs: number): Delivery {
  const { Body, Attributes, MessageAttributes } = message;
  const group = groupOf(message);
  return {
    partition: 0,
    offset,
    value: Buffer.from(Body),
    receivedAtMs,
    redelivered: (Attributes?.ApproximateReceiveCount ?? 1) > 1,
    timestamp: null,
    key: group === null ? null : Buffer.from(group),
    ...(MessageAttributes === undefined ? {} : { headers: () => headersOf(MessageAttributes) }),
  };
}

/**
 * Returns the message group of a message that has a key. Null if the message has no key. A message without a
 * key has a group of its own (see fifoIds).
 */
function groupOf({ Attributes }: ReceivedMessage): string | null {
  const { MessageGroupId: group = null, MessageDeduplicationId } = Attributes ?? {};
  return group === MessageDeduplicationId ? null : group;
}

/** Returns the attributes that are texts or numbers. Binary attributes have no StringValue. */
function headersOf(attributes: NonNullable<ReceivedMessage['MessageAttributes']>): MessageHeader[] {
  return Object.entries(attributes).flatMap(([name, { StringValue: value }]) =>
    value === undefined ? [] : [{ name, value }],
  );
}
