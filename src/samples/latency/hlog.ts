import { readFile, stat } from 'node:fs/promises';
import type { Histogram } from 'hdr-histogram-js';
import { HistogramLogReader, HistogramLogWriter } from 'hdr-histogram-js';
import { QblError } from '../../error.ts';
import { replacePrivate } from '../../private-file.ts';

/** An .hlog file with one histogram has a few kilobytes. This limits the cost of a wrong path. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** The file's maximum column is in milliseconds, the histogram in microseconds. */
const MAX_VALUE_UNIT_RATIO = 1000;

export interface HlogEntry {
  /** The name of the measurement, such as `latency`. It has no commas, spaces or line breaks. */
  readonly tag: string;
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  readonly histogram: Histogram;
}

/**
 * Writes the file in HdrHistogram's log format 1.3, with one line for each entry. Replaces an existing file. Source of
 * the format: HdrHistogram's HistogramLogWriter.java.
 */
export async function writeHlog(path: string, entries: readonly HlogEntry[]): Promise<void> {
  let text = '';
  const writer = new HistogramLogWriter((line) => {
    text += line;
  });
  const startMs = Math.min(...entries.map((entry) => entry.startMs));
  writer.outputLogFormatVersion();
  if (Number.isFinite(startMs)) {
    writer.outputComment(
      `[StartTime: ${(startMs / 1000).toFixed(3)} (seconds since epoch), ${new Date(startMs).toISOString()}]`,
    );
  }
  writer.outputLegend();
  for (const entry of entries) outputEntry(writer, entry);
  await replacePrivate(path, text);
}

function outputEntry(writer: HistogramLogWriter, { tag, startMs, endMs, histogram }: HlogEntry): void {
  if (/[,\s]/.test(tag)) throw new RangeError(`tag '${tag}' has a comma or a space`);
  histogram.tag = tag;
  writer.outputIntervalHistogram(histogram, startMs / 1000, endMs / 1000, MAX_VALUE_UNIT_RATIO);
}

/** Reads every line of an .hlog file. Throws QblError('usage') if the file is not an .hlog file. */
export async function readHlog(path: string): Promise<HlogEntry[]> {
  try {
    const file = await stat(path);
    if (!file.isFile()) throw new TypeError('it is not a regular file');
    const { size } = file;
    if (size > MAX_FILE_BYTES) throw new RangeError(`it has ${size} bytes, more than ${MAX_FILE_BYTES}`);
    return [...entriesOf(await readFile(path, 'utf8'))];
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new QblError('usage', `cannot read the histograms of ${path}: ${reason}`, { cause });
  }
}

function* entriesOf(text: string): Generator<HlogEntry> {
  const reader = new HistogramLogReader(text, 32);
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
