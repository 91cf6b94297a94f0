import { within } from '../../condition.ts';
import type { OutgoingMessage, SendOutcome } from '../../queue.ts';
import { type KeyedPart, partsByKey } from './keyed.ts';
import { Lane } from './lane.ts';
import type { KafkaLinkOptions } from './link.ts';
import { LinkedSender } from './linked-sender.ts';
import { ProducerBatch } from './producer-batch.ts';

/** Maximum number of partitions to which messages are sent at the same time. */
const LANES = 4;

/**
 * Sends messages so that each key keeps its order. A batch starts when the previous batch has its outcome.
 * The parts of a batch go to the partitions of their keys, and a key never changes its partition. While a
 * partition has no leader, its messages are refused, because waiting would delay all other keys.
 */
export class KeyedSender extends LinkedSender {
  readonly maxInFlight = 1;
  readonly #lanes: readonly Lane[];
  /** Resolves when no attempt of the previous batch is in flight, which can be after the batch's deadline. */
  #before: Promise<unknown> = Promise.resolve();
  #lastUnkeyed = -1;

  constructor(options: KafkaLinkOptions) {
    super(options);
    this.#lanes = Array.from({ length: LANES }, () => new Lane(this.link, options.topic, 'refuse'));
  }

  async send(messages: readonly OutgoingMessage[], deadlineMs: number): Promise<readonly SendOutcome[]> {
    const parts = partsByKey(messages, this.link.partitions('all').length, this.#unkeyedPartition());
    const batches = parts.map(({ indexes }) => new ProducerBatch(pick(messages, indexes), deadlineMs));
    const sending = this.#before.then(() => this.#sendParts(parts, batches));
    this.#before = sending.catch(() => {});
    await within(sending, deadlineMs - performance.now(), undefined);
    return inPlace(parts, batches);
  }

  protected settled(): Promise<unknown> {
    return this.#before;
  }

  async #sendParts(parts: readonly KeyedPart[], batches: readonly ProducerBatch[]): Promise<void> {
    const overLane = async (lane: Lane, number: number) => {
      for (const [i, { partition }] of parts.entries()) {
        const batch = batches[i];
        if (batch !== undefined && partition % LANES === number) await lane.send(batch, partition);
      }
    };
    await Promise.all(this.#lanes.map(overLane));
  }

  /** Chooses the next partition in turn for messages without a key, because they need no order (KIP-480). */
  #unkeyedPartition(): number {
    const partitions = this.link.partitions('with-leader');
    this.#lastUnkeyed = partitions.find((partition) => partition > this.#lastUnkeyed) ?? partitions[0] ?? 0;
    return this.#lastUnkeyed;
  }
}

function pick(messages: readonly OutgoingMessage[], indexes: readonly number[]): OutgoingMessage[] {
  return indexes.flatMap((index) => messages[index] ?? []);
}

/**
 * Joins the outcomes of the parts of a batch. Returns one outcome for each message of the batch, in order.
 */
function inPlace(parts: readonly KeyedPart[], batches: readonly ProducerBatch[]): SendOutcome[] {
  const outcomes: SendOutcome[] = [];
  for (const [i, { indexes }] of parts.entries()) {
    const ofPart = batches[i]?.outcomes() ?? [];
    for (const [j, index] of indexes.entries())
      outcomes[index] = ofPart[j] ?? { kind: 'unknown', detail: 'no outcome' };
  }
  return outcomes;
}
