import type { CountAges, ObservedCounts } from '../../queue/watching/counts-watch.ts';
import type { QueueEnd } from '../../runs/documents/observed-service-json.ts';
import type { QueueRow } from '../../runs/rows/observed-timeline-csv.ts';
import { DrainRate } from './drain-rate.ts';

/** One answer of the queue with its counts, and the times of the request and of the answer. */
export interface TimedCounts {
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
  readonly counts: ObservedCounts;
}

/**
 * Compares the messages that arrived with the counts of the queue. The counts do not name messages, and include
 * messages of other senders. A queue delivers the oldest message first. So if N messages wait, the N newest messages
 * are treated as waiting.
 */
export class QueueMeasurements {
  readonly #ages: CountAges;
  readonly #rate = new DrainRate();
  /**
   * The first answer after the last answer that shows a ready message. Null if the newest answer shows a ready message.
   */
  #emptySince: TimedCounts | null = null;
  /**
   * The first answer after the last answer that shows a ready or an unacknowledged message. Null if the newest answer
   * shows such a message.
   */
  #clearSince: TimedCounts | null = null;
  #messages = 0;
  #lastArrivalMs: number | null = null;
  #changedAtMs = 0;
  #peakBacklog = 0;
  #mostUnacknowledged: number | null = null;
  #mostConsumers: number | null = null;
  #longestGapMs = 0;
  #observations = 0;
  #waitingBefore = 0;
  #left = 0;
  #taken = 0;
  #last: TimedCounts | null = null;

  constructor(ages: CountAges) {
    this.#ages = ages;
  }

  get last(): ObservedCounts | null {
    return this.#last?.counts ?? null;
  }

  /** Whether the queue certainly has no ready message. */
  get isEmpty(): boolean {
    return this.#isOlderThan(this.#emptySince, this.#ages.readyMs);
  }

  /** Whether the queue certainly has neither a ready nor an unacknowledged message. */
  get isAcknowledged(): boolean {
    return this.#isOlderThan(this.#clearSince, this.#oldestMs);
  }

  /** Whether the queue shows that no message is left. Counts that the queue does not report are ignored. */
  get isDone(): boolean {
    return this.#ages.unacknowledgedMs === null ? this.isEmpty : this.isAcknowledged;
  }

  /** Whether the counts may be older than the last change of the queue. */
  get isPending(): boolean {
    return !this.isDone && this.#last !== null && this.#last.askedAtMs - this.#changedAtMs < this.#oldestMs;
  }

  arrived(atMs: number): void {
    this.#messages++;
    this.#lastArrivalMs = Math.max(atMs, this.#lastArrivalMs ?? 0);
    this.#emptySince = null;
    this.#clearSince = null;
  }

  take(answer: TimedCounts): QueueRow {
    const { askedAtMs, answeredAtMs: atMs, counts } = answer;
    const before = this.#last;
    this.#last = answer;
    this.#observations++;
    if (before === null) this.#waitingBefore = counts.ready;
    else this.#longestGapMs = Math.max(this.#longestGapMs, atMs - before.askedAtMs);
    if (JSON.stringify(before?.counts) !== JSON.stringify(counts)) this.#changedAtMs = askedAtMs;
    this.#noteEmptiness(answer);
    this.#measureRate(atMs, before?.counts ?? null, counts);
    return this.#rowOf(atMs, counts);
  }

  /** The timeline row of an observation in which the queue did not answer. */
  silence(atMs: number): QueueRow {
    const unknown = { backlog: null, ready: null, unacknowledged: null, consumers: null };
    return { atMs, cells: { taken: this.#taken, ...unknown } };
  }

  end(unanswered: number, notAcknowledged: string | null): Omit<QueueEnd, 'at'> {
    const { last } = this;
    return {
      observations: this.#observations,
      unanswered,
      longestGapMs: this.#longestGapMs,
      messages: this.#messages,
      lastArrivalMs: this.#lastArrivalMs,
      peakBacklog: this.#peakBacklog,
      waitingBefore: this.#waitingBefore,
      drainRate: this.#rate.measured,
      ready: last?.ready ?? 0,
      unacknowledged: last === null ? null : unacknowledgedOf(last),
      mostUnacknowledged: this.#mostUnacknowledged,
      consumers: last?.consumers ?? null,
      mostConsumers: this.#mostConsumers,
      taken: this.#taken,
      emptyAtMs: this.isEmpty ? (this.#emptySince?.answeredAtMs ?? null) : null,
      acknowledgedAtMs: this.isAcknowledged ? (this.#clearSince?.answeredAtMs ?? null) : null,
      notAcknowledged,
    };
  }

  get #oldestMs(): number {
    return Math.max(this.#ages.readyMs, this.#ages.unacknowledgedMs ?? 0);
  }

  /**
   * Whether the last request for counts was sent at least `ageMs` after the request that got the answer `since`. Counts
   * are at most `ageMs` old. So the last counts are then not older than the request for `since`.
   */
  #isOlderThan(since: TimedCounts | null, ageMs: number): boolean {
    return since !== null && this.#last !== null && this.#last.askedAtMs - since.askedAtMs >= ageMs;
  }

  /**
   * Records how long the queue has been empty. If the leader of a quorum queue does not answer, RabbitMQ
   * reports no message and no consumer. Such an answer proves nothing.
   */
  #noteEmptiness(answer: TimedCounts): void {
    const { ready, consumers } = answer.counts;
    const isEmpty = ready === 0 && consumers !== 0;
    const isClear = isEmpty && unacknowledgedOf(answer.counts) === 0;
    this.#emptySince = isEmpty ? (this.#emptySince ?? answer) : null;
    this.#clearSince = isClear ? (this.#clearSince ?? answer) : null;
  }

  /**
   * Measures how fast the service takes messages. The service was busy all the time if it took fewer messages than
   * were ready at the previous answer.
   */
  #measureRate(atMs: number, before: ObservedCounts | null, { ready }: ObservedCounts): void {
    const left = this.#waitingBefore + this.#messages - ready;
    this.#rate.take(atMs, left, before !== null && left - this.#left < before.ready);
    this.#left = left;
  }

  #rowOf(atMs: number, counts: ObservedCounts): QueueRow {
    const { ready, consumers } = counts;
    const unacknowledged = unacknowledgedOf(counts);
    const backlog = Math.min(ready, this.#messages);
    this.#taken = this.#messages - backlog;
    this.#peakBacklog = Math.max(this.#peakBacklog, backlog);
    this.#mostUnacknowledged = larger(this.#mostUnacknowledged, unacknowledged);
    this.#mostConsumers = larger(this.#mostConsumers, consumers);
    return { atMs, cells: { taken: this.#taken, backlog, ready, unacknowledged, consumers } };
  }
}

function unacknowledgedOf({ unacknowledged }: ObservedCounts): number | null {
  return unacknowledged.kind === 'counted' ? unacknowledged.messages : null;
}

function larger(most: number | null, value: number | null): number | null {
  return value === null ? most : Math.max(most ?? 0, value);
}
