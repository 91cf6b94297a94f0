import type { EndToEndLatencyMs } from '../../runs/json/end-to-end-latency.ts';
import {
  type Histogram,
  newLatencyHistogram,
  recordLatencyMs,
  summariseHistogram,
} from '../../samples/latency/histogram.ts';

/** A histogram of differences between two times. Negative differences are counted, and are not in the histogram. */
export class SignedLatency {
  readonly histogram: Histogram = newLatencyHistogram();
  #negative = 0;
  #mostNegativeMs = 0;

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
