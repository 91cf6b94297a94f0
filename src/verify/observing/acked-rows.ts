import { QblError } from '../../error.ts';
import { readRun } from '../../runs/documents/run-json.ts';
import { RowOutcomes } from '../../runs/rows/row-outcomes.ts';
import { type RunFolder, runFiles } from '../../runs/run-folder.ts';
import { readJtl } from '../../samples/jtl/jtl-reader.ts';
import type { ServiceObserver } from '../options.ts';

/**
 * Reports each acknowledged request of a run to the observer as an arrived message, while the run is sent. Used if
 * qbl cannot read the queue without removing its messages.
 */
export class AckedRows {
  readonly #observer: Pick<ServiceObserver, 'arrived'>;
  readonly #senderEnded = new AbortController();
  readonly #reading: Promise<void>;

  /** @param folder the folder of the run, whose files need not exist yet */
  constructor(folder: RunFolder, observer: Pick<ServiceObserver, 'arrived'>) {
    this.#observer = observer;
    this.#reading = this.#read(folder);
    // The method `end` reports the error of the reading, so ignore the error here.
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
        // The sender writes run.json before its first row, so the plan is known now.
        outcomes ??= new RowOutcomes(readRun(folder)?.plan ?? null);
        for (const row of rows) {
          if (outcomes.of(row) !== 'acked' || !outcomes.sendsMessage(row)) continue;
          const receivedAtMs = row.timeStampMs + row.elapsedMs;
          this.#observer.arrived({ partition: 0, offset: offset++, receivedAtMs });
        }
      }
    } catch (error) {
      // Ignore an error in the samples file here, because the verdict reports it.
      if (!(error instanceof QblError)) throw error;
    }
  }
}
