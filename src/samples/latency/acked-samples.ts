import { QblError } from '../../error.ts';
import { readJtl } from '../jtl/jtl-reader.ts';
import { outcomeOf } from '../outcome.ts';
import { type Histogram, newLatencyHistogram, recordLatencyMs } from './histogram.ts';

/** 8 bytes each, twice while the list grows. */
export const MAX_ACKED_SAMPLES = 2 ** 24;

export interface AckedSamples {
  /** When each acked message was in the queue at the latest: the end of its sample. Epoch milliseconds, ascending. */
  readonly timesMs: Float64Array;
  /** From the start of each acked sample to its end. */
  readonly latency: Histogram;
  /** All samples, also those that were not acked. */
  readonly samples: number;
  /** Start of the earliest sample; infinite without samples. */
  readonly firstStartMs: number;
}

/**
 * When the messages of a samples file arrived in the queue, and how long their senders waited for that.
 * @throws QblError 'usage' for what is no JTL, or has too many rows to be held in memory
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
      `${file} has more than ${MAX_ACKED_SAMPLES.toLocaleString('en')} acked samples`,
    );
  }
  const larger = new Float64Array(times.length * 2);
  larger.set(times);
  return larger;
}
