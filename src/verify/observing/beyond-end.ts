import type { ObservedGroup } from '../../queue/watching/group-watch.ts';

/** A committed offset that is larger than the end of the partition's log. */
export interface BeyondEnd {
  readonly partition: number;
  readonly offset: number;
}

/**
 * Finds committed offsets beyond the end of the log. No consumer has read up to such an offset, so the offset says
 * nothing about the messages before it. The offset remains from an earlier topic of the same name, or somebody set it.
 * qbl ignores the offset even after the log has grown past it, until the group commits another offset.
 */
export class OffsetsBeyondEnd {
  readonly #offsets = new Map<number, number>();

  get present(): readonly BeyondEnd[] {
    return [...this.#offsets].map(([partition, offset]) => ({ partition, offset }));
  }

  /** Returns the group without the committed offsets that are beyond the end of the log. */
  without(group: ObservedGroup): ObservedGroup {
    for (const [partition, offset] of this.#offsets)
      if (group.committed.get(partition) !== offset) this.#offsets.delete(partition);
    for (const [partition, offset] of group.committed)
      if (offset > (group.ends.get(partition) ?? offset)) this.#offsets.set(partition, offset);
    const committed = [...group.committed].filter(([partition]) => !this.#offsets.has(partition));
    return { ...group, committed: new Map(committed) };
  }
}
