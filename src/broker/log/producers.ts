import type { Allowance } from '../allowance.ts';
import { MAX_PRODUCERS_PER_PARTITION } from '../limits.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';
import { type BatchHeader, NO_PRODUCER_ID } from './record-batch.ts';

/**
 * Number of unanswered batches that an idempotent producer can have (KIP-98). The broker compares a new batch with this
 * many earlier batches to recognize a repeated batch and a missing batch.
 */
const REMEMBERED_BATCHES = 5;
const SEQUENCES = 2 ** 31;

interface RememberedBatch {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly baseOffset: number;
  readonly appendTimeMs: number;
}

interface ProducerState {
  readonly epoch: number;
  /**
   * The producer's last batches, oldest first. The list is never changed in place, so a failed append can restore the
   * previous list.
   */
  readonly batches: readonly RememberedBatch[];
}

export type SequenceCheck =
  | { readonly kind: 'new' }
  | { readonly kind: 'duplicate'; readonly baseOffset: number; readonly appendTimeMs: number }
  | { readonly kind: 'refused'; readonly errorCode: ErrorCode };

/**
 * The recent batches of idempotent producers in one partition. The log uses them to recognize repeated batches (Kafka's
 * ProducerStateManager).
 */
export class Producers {
  readonly #allowance: Allowance;
  readonly #states = new Map<number, ProducerState>();
  readonly #undo = new Map<number, ProducerState | undefined>();

  #counted = 0;

  /**
   * Creates the list of producers of one partition.
   * @param allowance the limit for the producers of all partitions together
   */
  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  /** Forgets all producers when the log is closed, so that other partitions can remember more producers. */
  clear(): void {
    this.#states.clear();
    this.#count();
  }

  /**
   * Compares the sequence number of a batch with the producer's earlier batches. An unknown producer can begin with
   * any number, as in Kafka, because its topic may have been recreated.
   */
  check(header: BatchHeader): SequenceCheck {
    const state = this.#states.get(header.producerId);
    if (header.producerId === NO_PRODUCER_ID || !state) return { kind: 'new' };
    if (header.producerEpoch < state.epoch) return refused(ERRORS.INVALID_PRODUCER_EPOCH);
    if (header.producerEpoch > state.epoch) return expectSequence(header, 0);
    const repeated = state.batches.find((batch) => isRepeat(batch, header));
    if (repeated) return { kind: 'duplicate', ...repeated };
    return expectSequence(header, ((state.batches.at(-1)?.lastSequence ?? -1) + 1) % SEQUENCES);
  }

  /** Remembers a batch with its offset. `rollBack` can forget the batch again, until `settle` makes the entry final. */
  record(header: BatchHeader, baseOffset: number, appendTimeMs: number): void {
    const { producerId, producerEpoch: epoch, baseSequence: firstSequence } = header;
    if (producerId === NO_PRODUCER_ID) return;
    const former = this.#states.get(producerId);
    if (!this.#undo.has(producerId)) this.#undo.set(producerId, former);
    const batch = { firstSequence, lastSequence: lastSequence(header), baseOffset, appendTimeMs };
    const kept = former?.epoch === epoch ? former.batches.slice(1 - REMEMBERED_BATCHES) : [];
    this.#put(producerId, { epoch, batches: [...kept, batch] });
  }

  settle(): void {
    this.#undo.clear();
  }

  rollBack(): void {
    for (const [producerId, state] of this.#undo) {
      if (state) this.#states.set(producerId, state);
      else this.#states.delete(producerId);
    }
    this.#undo.clear();
    this.#count();
  }

  /**
   * Stores the state of a producer. A Map keeps the order of insertion, so its first entry is the producer that was
   * silent longest.
   */
  #put(producerId: number, state: ProducerState): void {
    const isNew = !this.#states.delete(producerId);
    const isFull = this.#states.size >= MAX_PRODUCERS_PER_PARTITION || !this.#allowance.hasRoomFor(1);
    const [silent] = this.#states.keys();
    if (isNew && isFull && silent !== undefined) this.#states.delete(silent);
    this.#states.set(producerId, state);
    this.#count();
  }

  #count(): void {
    this.#allowance.take(this.#states.size - this.#counted);
    this.#counted = this.#states.size;
  }
}

function isRepeat(batch: RememberedBatch, header: BatchHeader): boolean {
  return batch.firstSequence === header.baseSequence && batch.lastSequence === lastSequence(header);
}

/** The sequence number of the batch's last record. After 2^31 − 1, sequence numbers continue with 0. */
function lastSequence(header: BatchHeader): number {
  return (header.baseSequence + header.recordCount - 1) % SEQUENCES;
}

function expectSequence(header: BatchHeader, expected: number): SequenceCheck {
  return header.baseSequence === expected ? { kind: 'new' } : refused(ERRORS.OUT_OF_ORDER_SEQUENCE_NUMBER);
}

function refused(errorCode: ErrorCode): SequenceCheck {
  return { kind: 'refused', errorCode };
}
