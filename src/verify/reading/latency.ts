import type { Delivery } from '../../queue/reader.ts';
import type { LatencySource } from '../../runs/json/end-to-end-latency.ts';
import { ArrivalTimes } from './arrival-times.ts';
import { SignedLatency } from './signed-latency.ts';

/**
 * End-to-end latency: the time from the send, by the sender's clock, to the arrival in the queue or at a live reader.
 */
export class EndToEndLatency extends SignedLatency {
  readonly #arrivals = new ArrivalTimes();

  get source(): LatencySource | null {
    return this.#arrivals.source;
  }

  /**
   * Records the latency of a message.
   * @param live whether the reader was already open when the message arrived
   */
  record(delivery: Delivery, sentAtMs: number, live: boolean): void {
    const arrivedAtMs = this.arrivalOf(delivery, live);
    if (arrivedAtMs !== null) this.add(this.sinceSent(arrivedAtMs, sentAtMs, live));
  }

  /**
   * Arrival time of the message: from the clock of a live reader, otherwise from the queue's timestamp. Null if neither
   * time is known.
   */
  arrivalOf(delivery: Delivery, live: boolean): number | null {
    return this.#arrivals.of(delivery, live);
  }

  /**
   * A timestamp has whole milliseconds, but a send time can have a fraction. Drop the fraction, or the message would
   * seem to arrive up to 1 ms before its send.
   */
  sinceSent(arrivedAtMs: number, sentAtMs: number, live: boolean): number {
    return arrivedAtMs - (live ? sentAtMs : Math.floor(sentAtMs));
  }
}
