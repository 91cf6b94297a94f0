import { readFile, stat } from 'node:fs/promises';
import type { HistogramLogReader } from 'hdr-histogram-js';
import { QblError } from '../../error.ts';
import { encodedHistogram, type Histogram } from '../../hdr-histogram.ts';
import { replacePrivate } from '../../private-file.ts';

/**
 * Maximum size of an .hlog file. A file with one histogram has a few kilobytes, so a much larger file is another kind
 * of file.
 */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/**
 * Ratio of the two units: the file's maximum column is in milliseconds, and the histogram is in microseconds.
 */
const MAX_VALUE_UNIT_RATIO = 1000;
const FIRST_LINE = '#[Histogram log format version 1.3]';

export interface HlogEntry {
  /** The name of the measurement, such as `latency`. It has no commas, spaces or line breaks. */
  readonly tag: string;
  /** Start of the measurement in epoch milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  readonly histogram: Histogram;
}

/**
 * Writes the file in HdrHistogram's log format 1.3, with one line for each entry. Replaces an existing file. Source of
 * the format: HdrHistogram's HistogramLogWriter.java.
 */
export async function writeHlog(path: string, entries: readonly HlogEntry[]): Promise<void> {
  const startMs = Math.min(...entries.map((entry) => entry.startMs));
  const startTime = `#[StartTime: ${inSeconds(startMs)} (seconds since epoch), `;
  const lines = [
    FIRST_LINE,
    ...(Number.isFinite(startMs) ? [`${startTime}${new Date(startMs).toISOString()}]`] : []),
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ...entries.map(entryLine),
  ];
  await replacePrivate(path, lines.map((line) => `${line}\n`).join(''));
}

function entryLine({ tag, startMs, endMs, histogram }: HlogEntry): string {
  if (/[,\s]/.test(tag)) throw new RangeError(`tag '${tag}' has a comma or a space`);
  const max = (histogram.maxValue / MAX_VALUE_UNIT_RATIO).toFixed(3);
  return `Tag=${tag},${inSeconds(startMs)},${inSeconds(endMs - startMs)},${max},${encodedHistogram(histogram)}`;
}

function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** Reads every line of an .hlog file. Throws QblError('usage') if the file is not an .hlog file. */
export async function readHlog(path: string): Promise<HlogEntry[]> {
  try {
    const file = await stat(path);
    if (!file.isFile()) throw new TypeError('it is not a regular file');
    const { size } = file;
    if (size > MAX_FILE_BYTES) throw new RangeError(`it has ${size} bytes, more than ${MAX_FILE_BYTES}`);
    const { HistogramLogReader } = await import('hdr-histogram-js');
    const text = await readFile(path, 'utf8');
    // The log reader skips every line that it does not know, so it would accept any text.
    if (!text.startsWith(FIRST_LINE)) throw new TypeError(`its first line is not ${FIRST_LINE}`);
    return [...entriesOf(new HistogramLogReader(text, 32))];
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new QblError('usage', `cannot read the histograms of ${path}: ${reason}`, { cause });
  }
}

function* entriesOf(reader: HistogramLogReader): Generator<HlogEntry> {
  for (;;) {
    const histogram = reader.nextIntervalHistogram();
    if (!isHistogram(histogram)) return;
    const { tag, startTimeStampMsec: startMs, endTimeStampMsec: endMs } = histogram;
    yield { tag, startMs, endMs, histogram };
  }
}

function isHistogram(value: Histogram | null): value is Histogram {
  return value !== null;
}
