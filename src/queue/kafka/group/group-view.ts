import type { Delivery } from '../../queue.ts';
import type { Share } from './share.ts';

/** State that the consumers of one group in this process share. */
export class GroupView {
  /** The shares of all consumers that have one now. */
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
   * Number of unacknowledged messages of a partition, from its consumer's own count or else from the group's committed
   * offset.
   */
  unacknowledged(partition: number, end: number, committed: number): number {
    for (const share of this.shares) {
      const count = share.unacknowledged(partition, end);
      if (count !== null) return count;
    }
    return Math.max(0, end - committed);
  }
}
