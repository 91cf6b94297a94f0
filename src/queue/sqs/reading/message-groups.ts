import type { Message } from '@aws-sdk/client-sqs';

/**
 * Numbers the message groups of a FIFO queue. Each group is a partition, because SQS keeps no order between groups.
 */
export class MessageGroups {
  readonly #numbers = new Map<string, number>();
  #count = 0;

  /** A standard queue has no groups: returns 0. */
  partitionOf({ Attributes }: Message): number {
    const group = Attributes?.MessageGroupId;
    if (group === undefined) return 0;
    // Messages without a key have a group of their own (see fifoIds), which need not be remembered.
    if (group === Attributes?.MessageDeduplicationId) return this.#next();
    const number = this.#numbers.get(group) ?? this.#next();
    this.#numbers.set(group, number);
    return number;
  }

  #next(): number {
    return this.#count++;
  }
}
