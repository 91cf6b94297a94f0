import type { Message } from '@aws-sdk/client-sqs';

/** Numbers the message groups of a FIFO queue: each is a partition, since SQS keeps no order between groups. */
export class MessageGroups {
  readonly #numbers = new Map<string, number>();
  #count = 0;

  /** 0 of a standard queue, which has no groups. */
  partitionOf({ Attributes }: Message): number {
    const group = Attributes?.MessageGroupId;
    if (group === undefined) return 0;
    // Sent without a key (see fifoIds): nothing else is in its group, which need not be remembered.
    if (group === Attributes?.MessageDeduplicationId) return this.#next();
    const number = this.#numbers.get(group) ?? this.#next();
    this.#numbers.set(group, number);
    return number;
  }

  #next(): number {
    return this.#count++;
  }
}
