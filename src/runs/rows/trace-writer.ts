import type { FileHandle } from 'node:fs/promises';
import { QblError } from '../../error.ts';
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
    return new TraceWriter(await createPrivate(trace), trace, limit);
  } catch (error) {
    throw new QblError('environment', `cannot write ${trace}: ${(error as Error).message}`, { cause: error });
  }
}

/** Writes trace.jsonl, up to its size limit. The limit also holds for data that waits for the disk. */
export class TraceWriter {
  readonly #file: FileHandle;
  readonly #path: string;
  #failuresLeft: number;
  #successesLeft: number;
  #bytesLeft = MAX_TRACE_BYTES;
  #written: Promise<void> = Promise.resolve();

  constructor(file: FileHandle, path: string, limit: number) {
    this.#file = file;
    this.#path = path;
    this.#failuresLeft = limit;
    this.#successesLeft = limit;
  }

  /** Whether another sample of this kind fits into the trace. */
  wants(failure: boolean): boolean {
    return (failure ? this.#failuresLeft : this.#successesLeft) > 0;
  }

  /**
   * Adds a sample, unless the trace has enough samples of this kind. After the first sample that exceeds the size
   * limit, adds none.
   */
  write(sample: TracedSample): void {
    const failure = isTracedFailure(sample);
    if (!this.wants(failure)) return;
    const line = Buffer.from(`${JSON.stringify(sample)}\n`);
    if (line.length > this.#bytesLeft) {
      this.#failuresLeft = 0;
      this.#successesLeft = 0;
      return;
    }
    this.#bytesLeft -= line.length;
    if (failure) this.#failuresLeft -= 1;
    else this.#successesLeft -= 1;
    this.#written = this.#written.then(async () => {
      await this.#file.writeFile(line);
    });
    // `close` reports an error of the write. This handler is needed because no code waits for the promise before.
    this.#written.catch(() => {});
  }

  /** Waits for all writes, and closes the file. Rejects with QblError 'environment' if a write failed. */
  async close(): Promise<void> {
    try {
      await this.#written;
    } catch (error) {
      throw new QblError('environment', `cannot write ${this.#path}: ${(error as Error).message}`, {
        cause: error,
      });
    } finally {
      await this.#file.close();
    }
  }
}
