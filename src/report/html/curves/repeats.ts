import { IdentitySet } from '../../../message/identity-set.ts';
import { readReceipts } from '../../../runs/rows/receipts-reader.ts';
import { type RunFolder, runFiles } from '../../../runs/run-folder.ts';
import type { OwnLevel } from './own-levels.ts';

/**
 * Returns the times at which the service finished a message again, in milliseconds since `startMs` and in order. The
 * service finishes a message again if the queue redelivers it.
 */
export async function readRepeats(folder: RunFolder, startMs: number): Promise<number[]> {
  const seen = new IdentitySet();
  const repeats: number[] = [];
  for await (const receipts of readReceipts(runFiles(folder).receipts, () => {})) {
    for (const { identity, outcome, finishedAtMs } of receipts) {
      if (outcome === 'failed' || identity?.run !== folder.id) continue;
      if (!seen.add(identity)) repeats.push(finishedAtMs - startMs);
    }
  }
  return repeats.sort((a, b) => a - b);
}

/**
 * Counts each message only once, when the service finished it for the first time. timeline.csv counts a message each
 * time that the service finishes it.
 */
export class WithoutRepeats {
  readonly #repeatsMs: readonly number[];
  #repeats = 0;
  #processed = 0;

  constructor(repeatsMs: readonly number[]) {
    this.#repeatsMs = repeatsMs;
  }

  /** Returns the row without repeated messages. The rows must be passed in the order of time. */
  of(level: OwnLevel): OwnLevel {
    while ((this.#repeatsMs[this.#repeats] ?? Number.POSITIVE_INFINITY) <= level.ms) this.#repeats++;
    // A service writes the receipt of a message a moment before it counts the message. In that moment the difference is
    // too small, so the last count is kept.
    this.#processed = Math.max(this.#processed, level.processed - this.#repeats);
    return { ...level, processed: this.#processed };
  }
}
