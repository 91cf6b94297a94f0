import type { Delivery } from '../../reader.ts';
import { type LogSpan, messagesFrom } from './log-span.ts';
import type { Share } from './share.ts';

/** State that the consumers of one group in this process share. */
export class GroupView {
  /**
   * The shares of all consumers in this process. A share is the set of partitions that the group assigned to
   * one consumer.
   */
  readonly shares = new Set<Share>();
  /** The offset after the last delivered message, by partition. */
  readonly #handedOut = new Map<number, number>();

  /** Records a delivery. Returns whether this message, or a later one of its partition, was delivered before. */
  wasHandedOut({ partition, offset }: Delivery): boolean {
    const next = this.#handedOut.get(partition) ?? 0;
    this.#handedOut.set(partition, Math.max(next, offset + 1));
    return offset < next;
  }

  /**
   * Number of unacknowledged messages of a partition. If a consumer in this process reads the partition, its count is
   * used. Otherwise the messages after the group's committed offset are counted.
   */
  unacknowledged(partition: number, log: LogSpan, committed: number): number {
    for (const share of this.shares) {
      const count = share.unacknowledged(partition, log);
      if (count !== null) return count;
    }
    return messagesFrom(committed, log);
  }
}
