import type { Delivery } from '../../queue/reader.ts';
import type { LatencySource } from '../../runs/json/end-to-end-latency.ts';

/**
 * Determines when messages arrived, and where these times come from: from the live reader, or from the timestamps of
 * the messages.
 */
export class ArrivalTimes {
  #source: LatencySource | null = null;

  /** Where the arrival times come from. Null if no message arrived, or if no message has a timestamp. */
  get source(): LatencySource | null {
    return this.#source;
  }

  /**
   * When the message arrived, in epoch milliseconds. Null if the time is not known.
   * @param live whether the reader was already open when the message arrived
   */
  of({ receivedAtMs, timestamp }: Delivery, live: boolean): number | null {
    const source = live ? 'received' : timestamp?.source;
    if (source === undefined) return null;
    this.#source = this.#source === null || this.#source === source ? source : 'mixed';
    return live ? receivedAtMs : (timestamp?.atMs ?? null);
  }
}
