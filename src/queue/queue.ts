import type { CountsWatch } from './counts-watch.ts';
import type { Doubt } from './doubt.ts';
import type { GroupWatch } from './group-watch.ts';

/** The common interface of all queue systems. */
export interface Queue {
  readonly capabilities: Capabilities;
  /** The queue's URL for people, without secrets, e.g. `kafka://localhost:9092/stress-topic`. */
  readonly url: string;
  /**
   * Checks that the queue exists. If it does not, creates it where the queue system allows that.
   * @throws QblError 'environment' if the queue cannot be reached or created
   */
  prepare(): Promise<void>;
  openSender(options: SenderOptions): Promise<Sender>;
  /**
   * Opens a reader. Its reading position is fixed before the promise resolves, so a reader that was opened before the
   * first send misses no message.
   */
  openReader(options: ReaderOptions): Promise<Reader>;
  /**
   * Opens a consumer, which takes messages as a service does.
   * @throws QblError 'environment' if the queue cannot be reached
   */
  openConsumer(options: ConsumerOptions): Promise<Consumer>;
  /**
   * Opens a watch of the messages that wait for a group.
   * @throws QblError 'environment' if the queue cannot be reached
   */
  openBacklog(group: string): Promise<BacklogWatch>;
  /**
   * Observes a consumer group of the user's own service. Absent if the system has no consumer groups.
   * @throws QblError 'environment' if the group's state cannot be read
   */
  openGroupWatch?(group: string): Promise<GroupWatch>;
  /**
   * Observes how many messages the queue holds for its consumers. Absent if the system has consumer groups.
   * @throws QblError 'environment' if the queue cannot be counted
   */
  openCountsWatch?(): Promise<CountsWatch>;
  /**
   * Returns a name that is the same for all URLs of the queue. Null if the system does not report the name now. Absent
   * if the system has no such names.
   */
  ownName?(): Promise<string | null>;
  /** Number of messages that the queue holds now. */
  depth(): Promise<Depth>;
  close(): Promise<void>;
}

/** What a queue system supports. */
export interface Capabilities {
  /** Whether a reader that was opened before the first send gets a copy of every message and removes none. */
  readonly tap: boolean;
  /** Whether messages can be read a second time, which can confirm a loss. */
  readonly replay: boolean;
  /** The scope in which messages keep the order in which they were sent. Null if the system keeps no order. */
  readonly order: 'partition' | 'queue' | 'message group' | null;
  /** Whether the system itself drops a repeated message. Readers then never see a second copy. */
  readonly deduplicates: boolean;
}

export interface Depth {
  /** Messages that can be read. For a log such as Kafka's, all messages that it still stores. */
  readonly ready: number;
  /** Messages that were delivered but are not acknowledged. Null if the system does not report their number. */
  readonly inFlight: number | null;
}

/** A header of a message: a Kafka record header, an AMQP header or property, an SQS message attribute. */
export interface MessageHeader {
  readonly name: string;
  readonly value: string;
}

// Sending

export interface OutgoingMessage {
  /**
   * The key of the message. Messages with the same key keep their order. Null if the order of the message does not
   * matter.
   */
  readonly key: string | null;
  readonly value: Buffer;
  /** Absent if the message has no headers. */
  readonly headers?: readonly MessageHeader[];
}

export type SendOutcome =
  | { readonly kind: 'acked'; readonly place: Place | null }
  /** The queue definitely refused the message in every attempt. */
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly detail: string }
  /** At least one attempt may have stored the message. */
  | { readonly kind: 'unknown'; readonly detail: string };

/** Why a queue refused a message: permanently (too large, not authorized, invalid) or temporarily (unavailable). */
export type Refusal = 'too-large' | 'not-authorized' | 'invalid' | 'unavailable';

/** Position of a message in the queue. Only some queue systems report it. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

export interface SenderOptions {
  /** Whether messages have keys. The sender must then keep the order of the messages of each key. */
  readonly keyed: boolean;
  /** Called when the connection to the queue is opened or lost. */
  readonly onConnection: (state: ConnectionState) => void;
}

export type ConnectionState =
  | { readonly kind: 'connected' }
  /** Waiting for a connection. `hint` says what the user can do. It is absent if qbl has no advice. */
  | { readonly kind: 'waiting'; readonly reason: string; readonly hint?: string };

export interface Sender {
  /** Whether the sender is connected. Do not send messages while this is false. */
  readonly connected: boolean;
  /** Maximum number of batches that are sent but not answered. */
  readonly maxInFlight: number;
  readonly maxBatchMessages: number;
  readonly maxBatchBytes: number;
  readonly maxMessageBytes: number;
  /**
   * Sends a batch. Resolves with one outcome for each message, in order, no later than the deadline (monotonic
   * milliseconds, `performance.now()`). Never rejects.
   */
  send(batch: readonly OutgoingMessage[], deadlineMs: number): Promise<readonly SendOutcome[]>;
  close(): Promise<void>;
}

// Reading

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

// Consuming messages, as a service does

/** One message for a service to process. */
export interface ConsumedMessage extends Delivery {
  /**
   * Acknowledges the message as processed. A message without acknowledgement is redelivered, at the latest after the
   * consumer ends.
   */
  ack(): void;
}

export interface ConsumerOptions {
  /**
   * Name of the consumer group. The consumers of a group share the messages. A system without groups ignores the name:
   * all its consumers share the messages.
   */
  readonly group: string;
  /** Maximum number of unacknowledged messages. */
  readonly maxInFlight: number;
  readonly onMessage: (message: ConsumedMessage) => void;
  /** Called when the connection to the queue is opened or lost. */
  readonly onConnection: (state: ConnectionState) => void;
}

/**
 * Takes messages from a queue and shares them with the other consumers of its group. The unacknowledged messages of a
 * killed consumer are redelivered.
 */
export interface Consumer {
  /** Stops the delivery of messages. Messages that were already delivered can still be acknowledged. */
  stop(): Promise<void>;
  /** Ends the consumer. Resolves when the queue has all acknowledgements. */
  close(): Promise<void>;
}

/** Reports how many messages wait for a group, even if the group has no consumer. */
export interface BacklogWatch {
  /** Maximum age of the reported number. 0 if the system counts exactly. */
  readonly lagMs: number;
  /**
   * Number of messages that the group has not acknowledged, including those in flight. Null if the queue does not
   * answer. Never rejects.
   */
  read(): Promise<number | null>;
  close(): Promise<void>;
}
