import type { Delivery } from '../../queue.ts';
import type { Share } from './share.ts';

/** What the consumers of one group in this process know of each other. */
export class GroupView {
  /** Of those that have one now. */
  readonly shares = new Set<Share>();
  /** The offset after the last one handed out, by partition. */
  readonly #handedOut = new Map<number, number>();

  /** Notes that a message is handed out; whether it, or one after it, was before. */
  wasHandedOut({ partition, offset }: Delivery): boolean {
    const next = this.#handedOut.get(partition) ?? 0;
    this.#handedOut.set(partition, Math.max(next, offset + 1));
    return offset < next;
  }

  /** Messages of a partition that are not acknowledged, as its consumer knows best, or as the group has committed. */
  unacknowledged(partition: number, end: number, committed: number): number {
    for (const share of this.shares) {
      const count = share.unacknowledged(partition, end);
      if (count !== null) return count;
    }
    return Math.max(0, end - committed);
  }
}
