/**
 * Observes a consumer group of the user's own service. The watch never joins the group and never commits for
 * the group.
 */
export interface GroupWatch {
  /** Asks for the current state of the group. Never rejects. */
  read(): Promise<GroupAnswer>;
  close(): Promise<void>;
}

export type GroupAnswer =
  | ({ readonly kind: 'observed' } & ObservedGroup)
  /** The queue did not answer, or refused. The reason is text for people. */
  | { readonly kind: 'unanswered'; readonly reason: string };

export interface ObservedGroup {
  /**
   * State of the group in the words of the queue system. Kafka has the states `Stable`, `Empty`, `Dead`,
   * `PreparingRebalance` and others.
   */
  readonly state: string;
  /** Each member's id with its assignment, as opaque text. Null if the queue does not report the members. */
  readonly members: ReadonlyMap<string, string> | null;
  /**
   * By partition, the committed offset. All messages before this offset are committed. A partition without a
   * commit has no entry.
   */
  readonly committed: ReadonlyMap<number, number>;
  /** The first offset of each partition's log. The messages before it were deleted, so the group cannot read them. */
  readonly beginnings: ReadonlyMap<number, number>;
  /**
   * The end of each partition's log. The ends are requested after the committed offsets, so a commit is never
   * beyond them.
   */
  readonly ends: ReadonlyMap<number, number>;
}
