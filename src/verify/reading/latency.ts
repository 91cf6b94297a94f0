import type { Delivery } from '../../queue/queue.ts';
import type { EndToEndLatencyMs, LatencySource } from '../../runs/json/end-to-end-latency.ts';
import {
  type Histogram,
  newLatencyHistogram,
  recordLatencyMs,
  summariseHistogram,
} from '../../samples/latency/histogram.ts';

/**
 * End-to-end latency: the time from the send, by the sender's clock, to the arrival in the queue or at a live reader.
 */
export class EndToEndLatency {
  readonly histogram: Histogram = newLatencyHistogram();
  #negative = 0;
  #mostNegativeMs = 0;
  #source: LatencySource | null = null;

  get source(): LatencySource | null {
    return this.#source;
  }

  /** @param live whether the reader was already open when the message arrived */
  record(delivery: Delivery, sentAtMs: number, live: boolean): void {
    const arrivedAtMs = this.arrivalOf(delivery, live);
    if (arrivedAtMs !== null) this.add(live ? arrivedAtMs - sentAtMs : sinceWholeMs(arrivedAtMs, sentAtMs));
  }

  /** When the message arrived, as its source says. Null if nothing says it. */
  arrivalOf(delivery: Delivery, live: boolean): number | null {
    const source = live ? 'received' : delivery.timestamp?.source;
    if (source === undefined) return null;
    this.#source = this.#source === null || this.#source === source ? source : 'mixed';
    return live ? delivery.receivedAtMs : (delivery.timestamp?.atMs ?? null);
  }

  add(latencyMs: number): void {
    if (latencyMs >= 0) {
      recordLatencyMs(this.histogram, latencyMs);
      return;
    }
    this.#negative++;
    this.#mostNegativeMs = Math.min(this.#mostNegativeMs, latencyMs);
  }

  summary(): EndToEndLatencyMs {
    return {
      ...summariseHistogram(this.histogram),
      negative: this.#negative,
      mostNegative: this.#mostNegativeMs,
    };
  }
}

/**
 * Latency to a timestamp in whole milliseconds. The timestamp can be up to 1 ms before a send time with a fraction, so
 * that fraction is dropped.
 */
function sinceWholeMs(atMs: number, sentAtMs: number): number {
  return atMs - Math.floor(sentAtMs);
}
