import { IdentitySet } from '../../../message/identity-set.ts';
import { type ReceiptRow, readReceipts } from '../../../runs/rows/receipts-reader.ts';
import { type RunFolder, runFiles } from '../../../runs/run-folder.ts';
import type { OwnLevel } from './own-levels.ts';

/**
 * Counts each message once, when the service finished it for the first time. timeline.csv counts a redelivered message
 * each time, and lacks what a killed service finished after its last row. The receipts show both.
 */
export class FirstFinishes {
  readonly #run: string;
  readonly #startMs: number;
  readonly #batches: AsyncGenerator<ReceiptRow[]>;
  #batch: readonly ReceiptRow[] = [];
  #next = 0;
  readonly #seen = new IdentitySet();
  #repeats = 0;
  #firsts = 0;
  #processed = 0;

  constructor(folder: RunFolder, startMs: number) {
    this.#run = folder.id;
    this.#startMs = startMs;
    this.#batches = readReceipts(runFiles(folder).receipts, () => {});
  }

  /** Corrects the number of processed messages of a row. The rows must be passed in the order of time. */
  async of(level: OwnLevel): Promise<OwnLevel> {
    await this.#readUntil(level.ms + this.#startMs);
    // The receipts and the row can show different numbers: a service writes the receipt a moment before it counts the
    // message, and the receipts of an older run can be incomplete. The largest number is used, so that the curve never
    // falls.
    this.#processed = Math.max(this.#processed, this.#firsts, level.processed - this.#repeats);
    return { ...level, processed: this.#processed };
  }

  /** Closes the file of the receipts. */
  async close(): Promise<void> {
    await this.#batches.return(undefined);
  }

  async #readUntil(atMs: number): Promise<void> {
    for (;;) {
      for (; this.#next < this.#batch.length; this.#next++) {
        const receipt = this.#batch[this.#next];
        if (receipt === undefined || receipt.finishedAtMs > atMs) return;
        this.#count(receipt);
      }
      const { done, value } = await this.#batches.next();
      if (done) return;
      [this.#batch, this.#next] = [value, 0];
    }
  }

  #count({ identity, outcome }: ReceiptRow): void {
    if (outcome === 'failed' || identity?.run !== this.#run) return;
    if (this.#seen.add(identity)) this.#firsts++;
    else this.#repeats++;
  }
}
