import type { Doubt } from './doubt.ts';

/** A queue system behind one interface. */
export interface Queue {
  readonly capabilities: Capabilities;
  /** Human-readable and without secrets, e.g. `kafka://localhost:9092/stress-topic`. */
  readonly url: string;
  /**
   * Makes sure that the queue exists, and creates it where the system allows it.
   * @throws QblError 'environment' when it cannot be reached or made
   */
  prepare(): Promise<void>;
  openSender(options: SenderOptions): Promise<Sender>;
  /** Where reading begins is fixed before this resolves: a reader opened before the first send misses nothing. */
  openReader(options: ReaderOptions): Promise<Reader>;
  /** @throws QblError 'environment' when the queue cannot be reached */
  openConsumer(options: ConsumerOptions): Promise<Consumer>;
  /** @throws QblError 'environment' when the queue cannot be reached */
  openBacklog(group: string): Promise<BacklogWatch>;
  /** How many messages the queue holds now. */
  depth(): Promise<Depth>;
  close(): Promise<void>;
}

/** What a system can do, stated so that whoever reads it promises no more. */
export interface Capabilities {
  /** A reader opened before the first send gets a copy of everything, and takes nothing from anybody else. */
  readonly tap: boolean;
  /** What was read once can be read again, so that a loss can be confirmed by a second reading. */
  readonly replay: boolean;
  /** Within what messages keep the order in which they were sent; null: they keep none. */
  readonly order: 'partition' | 'queue' | 'message group' | null;
  /** The system itself drops a message that it was given before, so that no duplicate shows. */
  readonly deduplicates: boolean;
}

export interface Depth {
  /** Ready to be read; of a log, all that it retains. */
  readonly ready: number;
  /** Handed to a reader that has not acknowledged them yet; null: the system does not tell. */
  readonly inFlight: number | null;
}

// Sending

export interface OutgoingMessage {
  /** Messages of one key keep their order; null: the message belongs to no order. */
  readonly key: string | null;
  readonly value: Buffer;
}

/** What became of one message handed to the sender. */
export type SendOutcome =
  | { readonly kind: 'acked'; readonly place: Place | null }
  /** Every attempt was refused for a definite reason. */
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly detail: string }
  /** At least one attempt may have been stored: nobody knows. */
  | { readonly kind: 'unknown'; readonly detail: string };

/** Why a queue refused a message: for good (too large, not authorized, invalid) or for now (unavailable). */
export type Refusal = 'too-large' | 'not-authorized' | 'invalid' | 'unavailable';

/** Where a message stands, in systems that tell. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

export interface SenderOptions {
  /** Messages come with keys, whose order is to be kept. */
  readonly keyed: boolean;
  /** Called when the connection to the queue comes or goes. */
  readonly onConnection: (state: ConnectionState) => void;
}

export type ConnectionState =
  | { readonly kind: 'connected' }
  /** The hint says what the user can do about it, where that is known. */
  | { readonly kind: 'waiting'; readonly reason: string; readonly hint?: string };

export interface Sender {
  /** Not connected means: do not hand anything over. */
  readonly connected: boolean;
  /** How many batches may be under way at once. */
  readonly maxInFlight: number;
  /** Bounds of one batch that the system stores in one piece. */
  readonly maxBatchMessages: number;
  readonly maxBatchBytes: number;
  /** The largest message the queue takes, in bytes. */
  readonly maxMessageBytes: number;
  /**
   * Hands a batch over; resolves with one outcome for each message, in order, at the latest at the deadline
   * (monotonic milliseconds, `performance.now()`). Never rejects.
   */
  send(batch: readonly OutgoingMessage[], deadlineMs: number): Promise<readonly SendOutcome[]>;
  close(): Promise<void>;
}

// Reading

/**
 * One message read from the queue. A system without partitions has the one partition 0, or one for each message group,
 * and its offsets are the reader's own count of what it has read.
 */
export interface Delivery extends Place {
  readonly value: Buffer | null;
  /** When this reader received it, epoch milliseconds with a fraction. */
  readonly receivedAtMs: number;
  /** The system gave it out before, maybe to this very reader: then it may be no second message. */
  readonly redelivered: boolean;
  readonly timestamp: Timestamp | null;
}

/** The queue's own stamp, epoch milliseconds; who set it tells what it is worth. */
export interface Timestamp {
  readonly source: 'LogAppendTime' | 'CreateTime';
  readonly atMs: number;
}

/** Positions by partition: the offset of the next message. */
export type Positions = ReadonlyMap<number, number>;

/** Where reading begins. Where nothing can be replayed, only `end` for a tap, and `beginning` for all that is left. */
export type StartingPoint =
  | { readonly kind: 'end' }
  | { readonly kind: 'beginning' }
  | { readonly kind: 'positions'; readonly positions: Positions }
  | { readonly kind: 'time'; readonly epochMs: number };

export interface ReaderOptions {
  readonly from: StartingPoint;
  /** Whether messages may be taken out of the queue for good, where there is no other way to read them. */
  readonly consume: boolean;
  /** Gets what arrives, in the order of each partition, from the moment of opening until the reader closes. */
  readonly onDeliveries: (deliveries: readonly Delivery[]) => void;
  /** Names the reader to the queue: Kafka's client id, another system's queue or consumer. */
  readonly name: string;
}

/**
 * When the runs began: at recorded positions, which are exact, or at a time, epoch milliseconds. The sender's clock
 * may differ from the queue's by any amount.
 */
export type RunStart =
  | { readonly kind: 'positions'; readonly positions: Positions }
  | { readonly kind: 'time'; readonly epochMs: number; readonly clock: 'sender' | 'queue' };

/** How far a reader has come on its way to an end. */
export interface ReadingState {
  readonly done: number;
  /** Null: the end is not known. */
  readonly total: number | null;
  /** What holds it back; null: nothing known. */
  readonly obstacle: string | null;
}

/** How reading to an end went. */
export type Drain =
  | { readonly complete: true; readonly ends: Positions }
  | { readonly complete: false; readonly reason: string; readonly ends: Positions | null };

/** What a queue itself got, of which a reader got copies. Each text is a sentence for people. */
export type Stored =
  | { readonly kind: 'counted'; readonly messages: number; readonly text: string }
  /** Consumers take from the queue, so its count proves nothing. */
  | { readonly kind: 'hidden'; readonly text: string }
  /** It is gone, or does not answer. */
  | { readonly kind: 'unknown'; readonly text: string };

export interface Reader {
  /** Where reading began, by partition; empty in systems without positions. */
  readonly start: Positions;
  /**
   * What tells this queue from another of the same name, made once this one was deleted; null: the system does not say,
   * or did not answer. Never rejects.
   */
  queueId(): Promise<string | null>;
  /**
   * Looks for the queue's end as of now, and resolves when all before it was read, or incomplete at the deadline
   * (monotonic milliseconds) or on abort.
   */
  drain(deadlineMs: number, signal: AbortSignal): Promise<Drain>;
  /** How far it is from the end that was last asked for; absent where the system does not report it. */
  progress?(): ReadingState;
  /**
   * Why the queue may have lost messages that it got since the start, or why this reader may have missed some on its
   * way to the end; null: nothing shows that. Never rejects.
   */
  removedSince(start: RunStart): Promise<Doubt | null>;
  /**
   * Only of a reader that gets copies, which prove that a message was routed and not that the queue got it: what the
   * queue itself got since the reader was opened. Asks again for a while when that is less than expected. Never
   * rejects.
   */
  stored?(expected: number): Promise<Stored>;
  close(): Promise<void>;
}

// Consuming, as a service does

/** One message that a service is to process. */
export interface ConsumedMessage extends Delivery {
  /** It was processed. Without this it is given out again, at the latest when the consumer is gone. */
  ack(): void;
}

export interface ConsumerOptions {
  /** Consumers of one group share the messages. Where a queue has no groups, all its consumers are one. */
  readonly group: string;
  /** How many messages may be handed out and not acknowledged yet. */
  readonly maxInFlight: number;
  readonly onMessage: (message: ConsumedMessage) => void;
  /** Called when the connection to the queue comes or goes. */
  readonly onConnection: (state: ConnectionState) => void;
}

/** Shares a queue's messages with the others of its group; what a killed one had in hand is given out again. */
export interface Consumer {
  /** Hands nothing more out. What is in hand may still be acknowledged. */
  stop(): Promise<void>;
  /** Ends; the queue knows all acknowledgements when this resolves. */
  close(): Promise<void>;
}

/** Watches how much a group has before it, also while none of its consumers is there. */
export interface BacklogWatch {
  /** How far what it reads may lag behind; 0 where the system counts exactly. */
  readonly lagMs: number;
  /**
   * How many messages the group has not acknowledged yet, those in hand included; null when the queue does not
   * answer. Never rejects.
   */
  read(): Promise<number | null>;
  close(): Promise<void>;
}
