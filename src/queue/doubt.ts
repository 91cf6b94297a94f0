/** Reasons why a queue that was read to its end may not tell everything. */
export const DOUBT_KINDS = [
  /** The queue was deleted and created again, or its log was cut. */
  'queue-recreated',
  /** It reported an id before, and reports none now. */
  'queue-id-unavailable',
  /** Retention or a limit removed messages. */
  'removed-by-retention',
  /** The queue does not report whether it removes messages. */
  'removal-unknown',
  /** Offsets are missing from the log, or compaction may remove some. */
  'compacted',
  /** Reading began after the place where the run began. */
  'read-too-late',
  /** What stands before the place where reading began was not read. */
  'not-read-before',
  /** An earlier verification took messages out of the queue. */
  'taken-before',
  /** Receipts name messages that the reading did not find. */
  'contradiction',
  /** The queue itself has fewer messages than the copies that were read. */
  'queue-lacks-messages',
  /** Copies were read, and consumers hide what the queue itself got. */
  'queue-not-seen',
  /** Receipts alone were read, and the service that wrote them may have left messages. */
  'service-unfinished',
  /** Nothing else was read, and there are no receipts. */
  'no-receipts',
  /** Stopped before the time to settle had passed. */
  'interrupted',
] as const;

export type DoubtKind = (typeof DOUBT_KINDS)[number];

/** Why a reading may not tell everything, though it came to the end. */
export interface Doubt {
  readonly kind: DoubtKind;
  /** As a sentence for people. */
  readonly text: string;
  /**
   * When it prevents a pass: always, only when one more message could change the counts that the verdict rests on,
   * or never. Where it does not prevent one, it is reported under the verdict.
   */
  readonly prevents: 'always' | 'absence' | 'never';
}
