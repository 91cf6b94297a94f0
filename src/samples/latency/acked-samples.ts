import { QblError } from '../../error.ts';
import { readJtl } from '../jtl/jtl-reader.ts';
import { outcomeOf } from '../outcome.ts';
import { type Histogram, newLatencyHistogram, recordLatencyMs } from './histogram.ts';

/** Each sample needs 8 bytes, and twice as much while the list grows. */
export const MAX_ACKED_SAMPLES = 2 ** 24;

export interface AckedSamples {
  /**
   * The end time of each acknowledged sample, in epoch milliseconds, ascending. By then, the message was in the queue.
   */
  readonly timesMs: Float64Array;
  /** Time from the start to the end of each acknowledged sample. */
  readonly latency: Histogram;
  /** Number of all samples, including those that were not acknowledged. */
  readonly samples: number;
  /** Start of the earliest sample; infinity if there are no samples. */
  readonly firstStartMs: number;
}

/**
 * Reads from a samples file when its messages arrived in the queue, and how long their senders waited.
 * @throws QblError 'usage' if the file is not a JTL file, or has too many rows for memory
 */
export async function readAckedSamples(file: string): Promise<AckedSamples> {
  let times = new Float64Array(1024);
  let [count, samples] = [0, 0];
  const latency = newLatencyHistogram();
  let firstStartMs = Number.POSITIVE_INFINITY;
  for await (const rows of readJtl(file)) {
    for (const row of rows) {
      const { timeStampMs, elapsedMs } = row;
      samples++;
      firstStartMs = Math.min(firstStartMs, timeStampMs);
      if (outcomeOf(row) !== 'acked') continue;
      if (count === times.length) times = doubled(times, file);
      times[count++] = timeStampMs + elapsedMs;
      recordLatencyMs(latency, elapsedMs);
    }
  }
  return { timesMs: times.slice(0, count).sort(), latency, samples, firstStartMs };
}

function doubled(times: Float64Array<ArrayBuffer>, file: string): Float64Array<ArrayBuffer> {
  if (times.length >= MAX_ACKED_SAMPLES) {
    throw new QblError(
      'usage',
      `${file} has more than ${MAX_ACKED_SAMPLES.toLocaleString('en')} acknowledged samples`,
    );
  }
  const larger = new Float64Array(times.length * 2);
  larger.set(times);
  return larger;
}
