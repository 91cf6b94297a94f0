import { randomInt } from 'node:crypto';

/**
 * The largest value that `randomInt` accepts. Ids that start at this value stay far below 2^53, so JavaScript
 * represents them exactly.
 */
const MAX_FIRST_ID = 2 ** 48 - 1;

/**
 * Assigns the ids of idempotent producers. Each broker process starts with a random id and saves no id. If the data
 * folder is restored from an older copy, a saved id is also older: the broker would then assign the ids of living
 * producers again, and treat the batches of one producer as repetitions of the batches of another.
 */
export class ProducerIds {
  #next: number;

  constructor(first = randomInt(1, MAX_FIRST_ID)) {
    this.#next = first;
  }

  /** Returns an id that no other producer has. */
  take(): number {
    return this.#next++;
  }
}
