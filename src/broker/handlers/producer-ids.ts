import { randomInt } from 'node:crypto';

/**
 * The largest value that `randomInt` accepts. Ids that start at this value stay far below 2^53, so JavaScript
 * represents them exactly.
 */
const MAX_FIRST_ID = 2 ** 48 - 1;

/**
 * Assigns the ids of idempotent producers. Each broker process starts with a random id and saves no id. In a data folder
 * that was restored from an older copy, a saved id would be too old. The broker would then assign the ids of living
 * producers again. It would treat the batches of one producer as repetitions of the batches of another producer.
 */
export class ProducerIds {
  #next: number;

  constructor(first = randomInt(1, MAX_FIRST_ID)) {
    this.#next = first;
  }

  /** Returns an id that this process has not assigned before. */
  take(): number {
    return this.#next++;
  }
}
