import { BufferedFile, diskError } from '../../files/buffered-file.ts';
import { createPrivate } from '../../private-file.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { isTracedFailure, MAX_TRACE_BYTES, type TracedSample } from './trace.ts';

/**
 * Creates the trace of a run, with at most `limit` failed and `limit` successful requests.
 * @throws QblError 'environment' when the file cannot be created
 */
export async function openTrace(folder: RunFolder, limit: number): Promise<TraceWriter> {
  const { trace } = runFiles(folder);
  try {
    return new TraceWriter(new BufferedFile(await createPrivate(trace), trace), limit);
  } catch (error) {
    throw diskError(trace, error);
  }
}

/** Writes trace.jsonl, up to its size limit. Data that waits for the disk counts in the limit too. */
export class TraceWriter {
  readonly #file: BufferedFile;
  #failuresLeft: number;
  #successesLeft: number;
  #bytesLeft = MAX_TRACE_BYTES;

  constructor(file: BufferedFile, limit: number) {
    this.#file = file;
    this.#failuresLeft = limit;
    this.#successesLeft = limit;
  }

  /** Whether the trace has room for another failed sample. If `failure` is false: for another successful sample. */
  wants(failure: boolean): boolean {
    return (failure ? this.#failuresLeft : this.#successesLeft) > 0;
  }

  /** Adds a sample if the trace has room for it. Adds no sample after the first one that exceeds the size limit. */
  write(sample: TracedSample): void {
    const failure = isTracedFailure(sample);
    if (!this.wants(failure)) return;
    const line = `${JSON.stringify(sample)}\n`;
    const bytes = Buffer.byteLength(line);
    if (bytes > this.#bytesLeft) {
      this.#failuresLeft = 0;
      this.#successesLeft = 0;
      return;
    }
    this.#bytesLeft -= bytes;
    if (failure) this.#failuresLeft -= 1;
    else this.#successesLeft -= 1;
    this.#file.add(line);
  }

  /** Waits for all writes, and closes the file. Rejects with QblError 'environment' if a write failed. */
  close(): Promise<void> {
    return this.#file.close();
  }
}
