import { QblError } from '../../error.ts';
import { readRun } from '../../runs/documents/run-json.ts';
import { RowOutcomes } from '../../runs/rows/row-outcomes.ts';
import { type RunFolder, runFiles } from '../../runs/run-folder.ts';
import { readJtl } from '../../samples/jtl/jtl-reader.ts';
import type { ServiceObserver } from '../options.ts';

/**
 * Reports the acknowledged requests of a run while the run is sent. At the time of the acknowledgement, the
 * message is in the queue. This is for a queue that qbl cannot read without taking the messages.
 */
export class AckedRows {
  readonly #observer: Pick<ServiceObserver, 'arrived'>;
  readonly #senderEnded = new AbortController();
  readonly #reading: Promise<void>;

  /** @param folder the folder of the run, whose files need not exist yet */
  constructor(folder: RunFolder, observer: Pick<ServiceObserver, 'arrived'>) {
    this.#observer = observer;
    this.#reading = this.#read(folder);
    // end() reports the error.
    this.#reading.catch(() => {});
  }

  /** Call it after the last request. Resolves when every row was reported. */
  async end(): Promise<void> {
    this.#senderEnded.abort();
    await this.#reading;
  }

  async #read(folder: RunFolder): Promise<void> {
    const file = runFiles(folder).samples;
    let outcomes: RowOutcomes | null = null;
    let offset = 0;
    try {
      for await (const rows of readJtl(file, { outcomesOnly: true, writerEnded: this.#senderEnded.signal })) {
        // The sender writes run.json before its first row.
        outcomes ??= new RowOutcomes(readRun(folder)?.plan ?? null);
        for (const row of rows) {
          if (outcomes.of(row) !== 'acked' || !outcomes.sendsMessage(row)) continue;
          const receivedAtMs = row.timeStampMs + row.elapsedMs;
          this.#observer.arrived({ partition: 0, offset: offset++, receivedAtMs });
        }
      }
    } catch (error) {
      // Ignores an expected error, because the verdict says what is wrong with the samples.
      if (!(error instanceof QblError)) throw error;
    }
  }
}
