import type { ReceivedMessage } from '../requests/answers.ts';

/**
 * Gives numbers to the message groups of a FIFO queue. A group is treated as a partition, because SQS keeps the order
 * only within a group.
 */
export class MessageGroups {
  readonly #numbers = new Map<string, number>();
  #count = 0;

  /** Returns the number of the message's group. Returns 0 for a standard queue, which has no groups. */
  partitionOf({ Attributes }: ReceivedMessage): number {
    const group = Attributes?.MessageGroupId;
    if (group === undefined) return 0;
    // Each message without a key has its own group (see fifoIds), so its number need not be remembered.
    if (group === Attributes?.MessageDeduplicationId) return this.#next();
    const number = this.#numbers.get(group) ?? this.#next();
    this.#numbers.set(group, number);
    return number;
  }

  #next(): number {
    return this.#count++;
  }
}
