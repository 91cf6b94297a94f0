import { QblError } from '../../error.ts';
import { readJtl } from '../../samples/jtl/jtl-reader.ts';
import { outcomeOf } from '../../samples/outcome.ts';
import type { ServiceObserver } from '../options.ts';

/**
 * Reports the acknowledged requests of a run while they are sent: by the time of the acknowledgement, the message is in
 * the queue. For a queue that qbl cannot read without taking the messages.
 */
export class AckedRows {
  readonly #observer: Pick<ServiceObserver, 'arrived'>;
  readonly #senderEnded = new AbortController();
  readonly #reading: Promise<void>;

  /** @param file the samples file of the run, which need not exist yet */
  constructor(file: string, observer: Pick<ServiceObserver, 'arrived'>) {
    this.#observer = observer;
    this.#reading = this.#read(file);
    // end() reports the error.
    this.#reading.catch(() => {});
  }

  /** Call it after the last request. Resolves when every row was reported. */
  async end(): Promise<void> {
    this.#senderEnded.abort();
    await this.#reading;
  }

  async #read(file: string): Promise<void> {
    let offset = 0;
    try {
      for await (const rows of readJtl(file, { outcomesOnly: true, writerEnded: this.#senderEnded.signal })) {
        for (const row of rows) {
          if (outcomeOf(row) !== 'acked') continue;
          const receivedAtMs = row.timeStampMs + row.elapsedMs;
          this.#observer.arrived({ partition: 0, offset: offset++, receivedAtMs });
        }
      }
    } catch (error) {
      // The verdict says what is wrong with the samples.
      if (!(error instanceof QblError)) throw error;
    }
  }
}
