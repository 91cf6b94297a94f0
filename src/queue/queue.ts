import type { Doubt } from './doubt.ts';

/** The common interface of all queue systems. */
export interface Queue {
  readonly capabilities: Capabilities;
  /** The queue's URL for people, without secrets, e.g. `kafka://localhost:9092/stress-topic`. */
  readonly url: string;
  /**
   * Checks that the queue exists. Creates it if it is missing and the system allows it.
   * @throws QblError 'environment' if the queue cannot be reached or created
   */
  prepare(): Promise<void>;
  openSender(options: SenderOptions): Promise<Sender>;
  /** Fixes the reading position before it resolves: a reader opened before the first send misses no message. */
  openReader(options: ReaderOptions): Promise<Reader>;
  /** @throws QblError 'environment' if the queue cannot be reached */
  openConsumer(options: ConsumerOptions): Promise<Consumer>;
  /** @throws QblError 'environment' if the queue cannot be reached */
  openBacklog(group: string): Promise<BacklogWatch>;
  /** Number of messages that the queue holds now. */
  depth(): Promise<Depth>;
  close(): Promise<void>;
}

/** What a queue system supports. qbl claims no more than this. */
export interface Capabilities {
  /** A reader opened before the first send gets a copy of every message and removes none. */
  readonly tap: boolean;
  /** Messages can be read a second time. A second reading can then confirm a loss. */
  readonly replay: boolean;
  /** Scope within which messages keep their sending order. Null if the system keeps no order. */
  readonly order: 'partition' | 'queue' | 'message group' | null;
  /** The system drops a repeated message itself, so readers never see the duplicate. */
  readonly deduplicates: boolean;
}

export interface Depth {
  /** Messages ready to be read. For a log, all retained messages. */
  readonly ready: number;
  /** Messages delivered but not acknowledged yet. Null if the system does not report the number. */
  readonly inFlight: number | null;
}

/** A header of a message: a Kafka record header, an AMQP header or property, an SQS message attribute. */
export interface MessageHeader {
  readonly name: string;
  readonly value: string;
}

// Sending

export interface OutgoingMessage {
  /** Messages with the same key keep their order. Null if the message needs no order. */
  readonly key: string | null;
  readonly value: Buffer;
  /** Absent if the message has none. */
  readonly headers?: readonly MessageHeader[];
}

/** Outcome of one message that was handed to the sender. */
export type SendOutcome =
  | { readonly kind: 'acked'; readonly place: Place | null }
  /** The queue definitely refused every attempt. */
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly detail: string }
  /** At least one attempt may have been stored. */
  | { readonly kind: 'unknown'; readonly detail: string };

/** Why a queue refused a message: permanently (too large, not authorized, invalid) or temporarily (unavailable). */
export type Refusal = 'too-large' | 'not-authorized' | 'invalid' | 'unavailable';

/** Position of a message. Only some systems report it. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

export interface SenderOptions {
  /** Messages have keys, and each key's order must be kept. */
  readonly keyed: boolean;
  /** Called when the connection to the queue is opened or lost. */
  readonly onConnection: (state: ConnectionState) => void;
}

export type ConnectionState =
  | { readonly kind: 'connected' }
  /** The hint says what the user can do. It is absent if qbl has no advice. */
  | { readonly kind: 'waiting'; readonly reason: string; readonly hint?: string };

export interface Sender {
  /** Do not hand over messages while this is false. */
  readonly connected: boolean;
  /** Maximum number of batches in flight. */
  readonly maxInFlight: number;
  /** Limits of one batch. The system stores a batch in one piece. */
  readonly maxBatchMessages: number;
  readonly maxBatchBytes: number;
  /** Size of the largest message that the queue accepts. */
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
 * group. Its offsets are the reader's own count of messages.
 */
export interface Delivery extends Place {
  readonly value: Buffer | null;
  /** When this reader received the message: epoch milliseconds, with a fraction. */
  readonly receivedAtMs: number;
  /** The system delivered this message before, perhaps to this reader. So it may not be a second copy. */
  readonly redelivered: boolean;
  readonly timestamp: Timestamp | null;
  /** The message's key. Absent or null if it has none, or if the system has no keys. */
  readonly key?: Buffer | null;
  /** The message's headers, decoded when called. Absent if the system reports none. */
  readonly headers?: () => readonly MessageHeader[];
}

/** The queue's timestamp in epoch milliseconds. `source` says whether the broker or the sender set it. */
export interface Timestamp {
  readonly source: 'LogAppendTime' | 'CreateTime';
  readonly atMs: number;
}

/** The offset of the next message, by partition. */
export type Positions = ReadonlyMap<number, number>;

/**
 * Where reading begins. Systems without replay allow only `end` (for a tap) and `beginning` (all remaining messages).
 */
export type StartingPoint =
  | { readonly kind: 'end' }
  | { readonly kind: 'beginning' }
  | { readonly kind: 'positions'; readonly positions: Positions }
  | { readonly kind: 'time'; readonly epochMs: number };

export interface ReaderOptions {
  readonly from: StartingPoint;
  /** Allows the reader to remove messages permanently, if the system offers no other way to read. */
  readonly consume: boolean;
  /** Receives all deliveries from opening until close, in the order of each partition. */
  readonly onDeliveries: (deliveries: readonly Delivery[]) => void;
  /** Name of the reader in the queue system: Kafka's client id, or the name of a queue or consumer. */
  readonly name: string;
}

/**
 * When the runs began: at recorded positions, which are exact, or at a time in epoch milliseconds. The sender's clock
 * may differ from the queue's by any amount.
 */
export type RunStart =
  | { readonly kind: 'positions'; readonly positions: Positions }
  | { readonly kind: 'time'; readonly epochMs: number; readonly clock: 'sender' | 'queue' };

/** Progress of a reader towards the end of the queue. */
export interface ReadingState {
  readonly done: number;
  /** Null if the end is not known. */
  readonly total: number | null;
  /** What delays the reader. Null if nothing is known to delay it. */
  readonly obstacle: string | null;
}

/** Result of reading to the end. */
export type Drain =
  | { readonly complete: true; readonly ends: Positions }
  | { readonly complete: false; readonly reason: string; readonly ends: Positions | null };

/** Number of messages in the queue that a tap copies from. Each text is a sentence for people. */
export type Stored =
  | { readonly kind: 'counted'; readonly messages: number; readonly text: string }
  /** Consumers remove messages from the queue, so its count proves nothing. */
  | { readonly kind: 'hidden'; readonly text: string }
  /** The queue was deleted or does not answer. */
  | { readonly kind: 'unknown'; readonly text: string };

export interface Reader {
  /** Where reading began, by partition. Empty for systems without positions. */
  readonly start: Positions;
  /**
   * An id that differs between two queues of the same name, such as a deleted and a recreated queue. Null if the
   * system has no id or did not answer. Never rejects.
   */
  queueId(): Promise<string | null>;
  /**
   * Finds the current end of the queue. Resolves when everything before that end was read. Resolves as incomplete at
   * the deadline (monotonic milliseconds) or on abort.
   */
  drain(deadlineMs: number, signal: AbortSignal): Promise<Drain>;
  /** Progress towards the end that the last `drain()` looked for. Absent if the system does not report it. */
  progress?(): ReadingState;
  /**
   * Why the queue may have lost messages since the start, or why this reader may have missed some. Null if nothing
   * suggests a loss. Never rejects.
   */
  removedSince(start: RunStart): Promise<Doubt | null>;
  /**
   * Only for taps: a copy proves that a message was routed, not that the queue stored it. Returns what the queue
   * itself received since the reader was opened. Repeats the question for a while if the number is less than expected.
   * Never rejects.
   */
  stored?(expected: number): Promise<Stored>;
  close(): Promise<void>;
}

// Consuming, like a service

/** One message for a service to process. */
export interface ConsumedMessage extends Delivery {
  /** Acknowledges the message as processed. Otherwise it is redelivered, at the latest after the consumer ends. */
  ack(): void;
}

export interface ConsumerOptions {
  /** Consumers of one group share the messages. In a system without groups, all consumers share them. */
  readonly group: string;
  /** Maximum number of unacknowledged messages. */
  readonly maxInFlight: number;
  readonly onMessage: (message: ConsumedMessage) => void;
  /** Called when the connection to the queue is opened or lost. */
  readonly onConnection: (state: ConnectionState) => void;
}

/**
 * Shares a queue's messages with the other consumers of its group. A killed consumer's unacknowledged messages are
 * redelivered.
 */
export interface Consumer {
  /** Stops delivering messages. Messages already delivered can still be acknowledged. */
  stop(): Promise<void>;
  /** Ends the consumer. When this resolves, the queue has all acknowledgements. */
  close(): Promise<void>;
}

/** Reports the number of messages that wait for a group, even while the group has no consumer. */
export interface BacklogWatch {
  /** How old the reported number can be. 0 if the system counts exactly. */
  readonly lagMs: number;
  /**
   * Number of messages that the group has not acknowledged yet, including those in flight. Null if the queue does not
   * answer. Never rejects.
   */
  read(): Promise<number | null>;
  close(): Promise<void>;
}
