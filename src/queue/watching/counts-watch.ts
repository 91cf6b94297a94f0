/**
 * Observes the counts of a queue while the user's own service takes messages out of the queue. The watch
 * itself takes no message.
 */
export interface CountsWatch {
  readonly ages: CountAges;
  /** Asks for the current counts. Never rejects. */
  read(): Promise<CountsAnswer>;
  close(): Promise<void>;
}

/** How old each count can be when the queue reports it, in milliseconds. 0 if the queue counts at that moment. */
export interface CountAges {
  readonly readyMs: number;
  /** Age of the count of unacknowledged messages. Null if the queue does not report this count. */
  readonly unacknowledgedMs: number | null;
}

export type CountsAnswer =
  | ({ readonly kind: 'observed' } & ObservedCounts)
  /** The queue did not answer, or refused. The reason is text for people. */
  | { readonly kind: 'unanswered'; readonly reason: string };

/** How many messages and consumers a queue has. The counts include the messages of all senders. */
export interface ObservedCounts {
  /** Messages that wait for a consumer. */
  readonly ready: number;
  readonly unacknowledged: Unacknowledged;
  /** Number of consumers. Null if the queue system does not report it. */
  readonly consumers: number | null;
}

/** Messages that a consumer has received and not acknowledged. */
export type Unacknowledged =
  | { readonly kind: 'counted'; readonly messages: number }
  /** The reason is text for people. */
  | { readonly kind: 'unknown'; readonly reason: string };
