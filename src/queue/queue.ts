import type { MessageHeader, Place } from './message.ts';
import type { Delivery, Reader, ReaderOptions } from './reader.ts';
import type { CountsWatch } from './watching/counts-watch.ts';
import type { GroupWatch } from './watching/group-watch.ts';

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
   * Returns a name that is the same for all URLs of the queue. Null if the system has no name for this queue. Absent if
   * the system has no such names.
   * @throws QblError 'environment' if the system does not answer, or if a queue that must exist is missing
   */
  ownName?(existence: Existence): Promise<string | null>;
  /**
   * Returns a name that is the same for all URLs of the queue, and stays the same if the queue is deleted and created
   * again. Null if the system does not report the name now. Absent if the system has no such names.
   */
  lastingName?(): Promise<string | null>;
  /** Number of messages that the queue holds now. */
  depth(): Promise<Depth>;
  close(): Promise<void>;
}

/**
 * Whether a missing queue is an error (`must-exist`), or not (`may-be-missing`), for example because a program creates
 * the queue later.
 */
export type Existence = 'must-exist' | 'may-be-missing';

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
