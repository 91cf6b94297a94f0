import type { ReceiptFacts } from '../../runs/rows/receipts-reader.ts';
import { isDeadLettered, processedIn, seenIn } from './slots/slot-state.ts';

/**
 * Counts the receipts of one run that are special, such as receipts of failed attempts or receipts for unknown
 * messages.
 */
export class ReceiptsAdded {
  #failedAttempts = 0;
  #unknown = 0;
  #unproven = 0;
  #unprovenProcessings = 0;
  #redelivered = 0;

  /** Number of attempts that did not process their message. */
  get failedAttempts(): number {
    return this.#failedAttempts;
  }

  /** Number of receipts for messages that have no row and were not read. These messages do not count as arrived. */
  get unknown(): number {
    return this.#unknown;
  }

  /**
   * Number of receipts for messages that no reader found and whose checksum does not match. Damage or added fields can
   * be the cause.
   */
  get unproven(): number {
    return this.#unproven;
  }

  /** Number of receipts that say `processed` and whose checksum does not match. */
  get unprovenProcessings(): number {
    return this.#unprovenProcessings;
  }

  /**
   * Number of receipts for messages that were finished before and dead-lettered at least once. They may be
   * redeliveries or second copies.
   */
  get redelivered(): number {
    return this.#redelivered;
  }

  /** @param before what was known about the message before, in one byte; null if the message is not counted */
  add(before: number | null, { outcome, condition }: ReceiptFacts): void {
    if (outcome !== 'processed') this.#failedAttempts++;
    if (before === null) {
      this.#unknown++;
      return;
    }
    if (condition !== 'intact' && outcome === 'processed') this.#unprovenProcessings++;
    if (condition !== 'intact' && seenIn(before) === 0) this.#unproven++;
    const wasProcessed = outcome === 'dead-lettered' && processedIn(before) > 0;
    if (outcome !== 'failed' && (isDeadLettered(before) || wasProcessed)) this.#redelivered++;
  }
}
