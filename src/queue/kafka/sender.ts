import type { OutgoingMessage, Sender, SenderOptions, SendOutcome } from '../queue.ts';
import type { KafkaClient } from './client.ts';
import { Condition, within } from './condition.ts';
import { Lane } from './lane.ts';
import { Link } from './link.ts';
import { ProducerBatch } from './producer-batch.ts';
import type { NewTopic } from './topic.ts';

/** Batches under way at once; more than a few gained nothing in measurements. */
const MAX_LANES = 4;
/** Above this many messages kafkajs's encoding of one batch slows down. */
const MAX_BATCH_MESSAGES = 500;
const MAX_BATCH_BYTES = 512 * 1024;
/** The header of a record batch (DefaultRecordBatch) and the largest framing of one record (DefaultRecord). */
const FRAMING_BYTES = 61 + 32;

/** Several lanes side by side, each with partitions of its own, so that a partition keeps its order. */
export class KafkaSender implements Sender {
  readonly maxBatchMessages = MAX_BATCH_MESSAGES;
  readonly #topic: string;
  readonly #link: Link;
  readonly #lanes: Lane[];
  readonly #idle: Lane[];
  readonly #freed = new Condition();
  readonly #lastPartitions = new Map<Lane, number>();
  readonly #running = new Set<Promise<void>>();

  constructor(client: KafkaClient, topic: string, newTopic: NewTopic, { onConnection }: SenderOptions) {
    this.#topic = topic;
    this.#link = new Link({
      client,
      topic,
      newTopic,
      onConnection: (state) => {
        if (state.kind === 'connected') this.#addLanes();
        onConnection(state);
      },
    });
    const first = new Lane(this.#link, topic);
    this.#lanes = [first];
    this.#idle = [first];
  }

  get connected(): boolean {
    return this.#link.state.kind === 'connected';
  }

  get maxInFlight(): number {
    return this.#lanes.length;
  }

  get maxMessageBytes(): number {
    return Math.max(1, this.#link.maxMessageBytes - FRAMING_BYTES);
  }

  /** Half of the topic's limit leaves room for the framing of small messages; a batch over it is halved. */
  get maxBatchBytes(): number {
    return Math.min(MAX_BATCH_BYTES, Math.ceil(this.maxMessageBytes / 2));
  }

  async send(messages: readonly OutgoingMessage[], deadlineMs: number): Promise<readonly SendOutcome[]> {
    const batch = new ProducerBatch(messages, deadlineMs);
    const lane = await this.#takeLane(deadlineMs);
    if (lane === null) return batch.outcomes();
    await within(this.#run(lane, batch), deadlineMs - performance.now(), undefined);
    return batch.outcomes();
  }

  /** Lets what is under way end, and closes the connections. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#running);
    await this.#link.close();
  }

  /** The lane stays taken until its last attempt is over, also when the deadline has passed before. */
  #run(lane: Lane, batch: ProducerBatch): Promise<void> {
    const run = this.#sendOn(lane, batch).finally(() => {
      this.#running.delete(run);
      this.#idle.push(lane);
      this.#freed.notifyAll();
    });
    this.#running.add(run);
    return run;
  }

  async #sendOn(lane: Lane, batch: ProducerBatch): Promise<void> {
    const partition = this.#nextPartition(lane);
    if (partition !== null) await lane.send(batch, partition);
  }

  async #takeLane(deadlineMs: number): Promise<Lane | null> {
    while (performance.now() < deadlineMs) {
      const lane = this.#idle.shift();
      if (lane !== undefined) return lane;
      await this.#freed.wait(deadlineMs - performance.now());
    }
    return null;
  }

  /** Round robin over the lane's partitions that have a leader, or over all of them where none has (KIP-480). */
  #nextPartition(lane: Lane): number | null {
    const led = this.#partitionsOf(lane, 'with-leader');
    const candidates = led.length > 0 ? led : this.#partitionsOf(lane, 'all');
    const last = this.#lastPartitions.get(lane) ?? -1;
    const partition = candidates.find((candidate) => candidate > last) ?? candidates[0];
    if (partition === undefined) return null;
    this.#lastPartitions.set(lane, partition);
    return partition;
  }

  #partitionsOf(lane: Lane, which: 'all' | 'with-leader'): number[] {
    const index = this.#lanes.indexOf(lane);
    const own = (partition: number) => partition % this.#lanes.length === index;
    return this.#link.partitions(which).filter(own);
  }

  #addLanes(): void {
    const wanted = Math.min(MAX_LANES, this.#link.partitions('all').length);
    while (this.#lanes.length < wanted) {
      const lane = new Lane(this.#link, this.#topic);
      this.#lanes.push(lane);
      this.#idle.push(lane);
    }
  }
}
