import type { Queue } from '../../queue/queue.ts';
import type { CountsWatch } from '../../queue/watching/counts-watch.ts';
import type { ObservedQueueRecord } from '../../runs/documents/observed-service-json.ts';
import { QUEUE_COLUMNS, type QueueRow } from '../../runs/rows/observed-timeline-csv.ts';
import { notAcknowledgedText } from './not-acknowledged.ts';
import { type EndOfObservation, nowMs, type Observation, type RecordBase } from './observation.ts';
import { QueueMeasurements } from './queue-measurements.ts';

/** Observes the counts of a queue whose messages the service takes. */
export class QueueObservation implements Observation {
  readonly columns = QUEUE_COLUMNS;
  /** The waiting times of messages are not known, because a queue does not report when a message was acknowledged. */
  readonly waits = null;
  readonly #watch: CountsWatch;
  readonly #measurements: QueueMeasurements;

  private constructor(watch: CountsWatch) {
    this.#watch = watch;
    this.#measurements = new QueueMeasurements(watch.ages);
  }

  /**
   * Starts to observe a queue.
   * @throws QblError 'environment' if the counts of the queue cannot be read
   */
  static async open(queue: Queue): Promise<QueueObservation> {
    const watch = await queue.openCountsWatch?.();
    if (watch === undefined) throw new RangeError(`${queue.url} does not report its counts`);
    return new QueueObservation(watch);
  }

  get isDone(): boolean {
    return this.#measurements.isDone;
  }

  get isPending(): boolean {
    return this.#measurements.isPending;
  }

  get progress(): string {
    return JSON.stringify(this.#measurements.last);
  }

  arrived({ receivedAtMs }: Parameters<Observation['arrived']>[0]): void {
    this.#measurements.arrived(receivedAtMs);
  }

  async ask(): Promise<{ readonly row: QueueRow; readonly failure: string | null }> {
    const askedAtMs = nowMs();
    const { kind, ...answer } = await this.#watch.read();
    const answeredAtMs = nowMs();
    if ('reason' in answer) return { row: this.#measurements.silence(answeredAtMs), failure: answer.reason };
    return { row: this.#measurements.take({ askedAtMs, answeredAtMs, counts: answer }), failure: null };
  }

  record(base: RecordBase, ended: EndOfObservation | null): ObservedQueueRecord {
    const { readyMs: readyAgeMs, unacknowledgedMs: unacknowledgedAgeMs } = this.#watch.ages;
    const end = ended === null ? null : this.#end(ended);
    return { ...base, observedBy: 'queue', readyAgeMs, unacknowledgedAgeMs, end };
  }

  close(): Promise<void> {
    return this.#watch.close();
  }

  #end({ at, unanswered, wait, failure }: EndOfObservation): ObservedQueueRecord['end'] {
    const notAcknowledged = notAcknowledgedText(this.#measurements, wait, failure);
    return { at, ...this.#measurements.end(unanswered, notAcknowledged) };
  }
}
