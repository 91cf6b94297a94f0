import type { Doubt } from './doubt.ts';
import type { MessageHeader, Place } from './message.ts';

/**
 * One message read from the queue. A system without partitions uses partition 0, or one partition for each message
 * group. If the system has no offsets, the reader counts the messages.
 */
export interface Delivery extends Place {
  readonly value: Buffer | null;
  /** Time when this reader received the message: epoch milliseconds, with a fraction. */
  readonly receivedAtMs: number;
  /**
   * Whether the system reports that it delivered this message before, perhaps to this reader. A redelivery does not
   * prove that the queue stores the message twice.
   */
  readonly redelivered: boolean;
  readonly timestamp: Timestamp | null;
  /** Absent or null if the message has no key, or if the queue system has no keys. */
  readonly key?: Buffer | null;
  /** The message's headers, decoded when called. Absent if the queue system reports no headers. */
  readonly headers?: () => readonly MessageHeader[];
}

/**
 * The time that the queue stores with a message, in epoch milliseconds. `source` says whether the broker or the sender
 * set it.
 */
export interface Timestamp {
  readonly source: 'LogAppendTime' | 'CreateTime';
  readonly atMs: number;
}

/** By partition, the offset of the next message. */
export type Positions = ReadonlyMap<number, number>;

/**
 * Where reading begins. A system without replay allows only `end` (for a tap) and `beginning` (for all remaining
 * messages).
 */
export type StartingPoint =
  | { readonly kind: 'end' }
  | { readonly kind: 'beginning' }
  | { readonly kind: 'positions'; readonly positions: Positions }
  | { readonly kind: 'time'; readonly epochMs: number };

export interface ReaderOptions {
  readonly from: StartingPoint;
  /** Whether the reader may remove messages permanently, if the system offers no other way to read. */
  readonly consume: boolean;
  /**
   * Called with all messages that arrive between opening and close. The messages of one partition come in
   * order.
   */
  readonly onDeliveries: (deliveries: readonly Delivery[]) => void;
  /** Name of the reader in the queue system: Kafka's client id, or the name of a queue or consumer. */
  readonly name: string;
}

/**
 * When the runs began: at recorded positions, which are exact, or at a time in epoch milliseconds. A time is not exact,
 * because the clocks of sender and queue may differ.
 */
export type RunStart =
  | { readonly kind: 'positions'; readonly positions: Positions }
  | { readonly kind: 'time'; readonly epochMs: number; readonly clock: 'sender' | 'queue' };

/** How far a reader has read towards the end of the queue. */
export interface ReadingState {
  readonly done: number;
  /** Number of messages up to the end. Null if the end is not known. */
  readonly total: number | null;
  /** What delays the reader. Null if no delay is known. */
  readonly obstacle: string | null;
}

/** Result of reading up to the end of the queue. */
export type Drain =
  | { readonly complete: true; readonly ends: Positions }
  | { readonly complete: false; readonly reason: string; readonly ends: Positions | null };

/**
 * Result of counting the messages that the queue itself stored, while a tap got copies of them. `text` explains the
 * result in a sentence.
 */
export type Stored =
  | { readonly kind: 'counted'; readonly messages: number; readonly text: string }
  /** Consumers remove messages from the queue, so the number of messages in it proves nothing. */
  | { readonly kind: 'hidden'; readonly text: string }
  /** The queue was deleted or does not answer. */
  | { readonly kind: 'unknown'; readonly text: string };

export interface Reader {
  /** By partition, the offset where reading began. Empty for systems without offsets. */
  readonly start: Positions;
  /**
   * An id that changes if the queue is deleted and created again under the same name. Null if the system has no id or
   * did not answer. Never rejects.
   */
  queueId(): Promise<string | null>;
  /**
   * Finds the current end of the queue. Resolves when everything before that end was read. At the deadline (monotonic
   * milliseconds) or on abort, resolves with `complete: false`.
   */
  drain(deadlineMs: number, signal: AbortSignal): Promise<Drain>;
  /** How far the reader is from the end that the last `drain()` found. Absent if the system does not report it. */
  progress?(): ReadingState;
  /**
   * Returns a reason why the queue may have lost messages since the start, or why this reader may have missed some.
   * Null if no such reason is known. Never rejects.
   */
  removedSince(start: RunStart): Promise<Doubt | null>;
  /**
   * Returns the number of messages that the queue itself received since the reader was opened. Only taps have
   * this function: a tap reads copies, and a copy proves that the exchange routed a message, but not that the
   * queue stored it. If there are fewer messages than expected, the tap counts again for a while. Never
   * rejects.
   */
  stored?(expected: number): Promise<Stored>;
  close(): Promise<void>;
}
