import { plural } from '../../plural.ts';
import type { ServiceRecord } from '../../runs/documents/service-json.ts';
import type { ReceiptFacts } from '../../runs/rows/receipts-reader.ts';

/**
 * Counts the receipts in the file of one run. A receipt is a row that a service writes for a message that it
 * finished.
 */
export class ReceiptsRead {
  readonly #run: string;
  /** Number of rows that were not written completely. */
  torn = 0;
  #processed = 0;
  #deadLettered = 0;

  constructor(run: string) {
    this.#run = run;
  }

  add({ identity, outcome }: ReceiptFacts): void {
    if (identity?.run !== this.#run) return;
    if (outcome === 'processed') this.#processed++;
    if (outcome === 'dead-lettered') this.#deadLettered++;
  }

  /**
   * Returns why receipts may be missing from the file. Null if the file seems complete. A service that ended
   * cleanly has recorded how many receipts it wrote. Only a killed service leaves an incomplete row.
   */
  lack({ end, earlier }: ServiceRecord): string | null {
    const ends = [...earlier.map((before) => before.end), end];
    const ended = ends.filter((each) => each !== null);
    const written = ended.reduce((sum, { processed, deadLettered }) => sum + processed + deadLettered, 0);
    const read = this.#processed + this.#deadLettered;
    if (read < written)
      return `receipts.csv of ${this.#run} has ${plural(read, 'receipt')} of finished messages, but its services wrote ${written}`;
    if (this.torn <= ends.length - ended.length) return null;
    return `receipts.csv of ${this.#run} has ${plural(this.torn, 'incomplete row')}, but only a killed service leaves one`;
  }
}
