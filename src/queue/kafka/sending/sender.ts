import { Condition, within } from '../../condition.ts';
import type { OutgoingMessage, SendOutcome } from '../../queue.ts';
import { Lane, type LaneEnd } from './lane.ts';
import type { KafkaLinkOptions } from './link.ts';
import { LinkedSender } from './linked-sender.ts';
import { ProducerBatch } from './producer-batch.ts';

/** Maximum number of batches in flight. In measurements, more batches were not faster. */
const MAX_LANES = 4;

/** The lane (which sends one batch at a time) and the partition for one batch. */
interface Way {
  readonly lane: Lane;
  readonly partition: number;
}

/**
 * Sends several batches at the same time, each in its own lane. Two lanes never use the same partition, so each
 * partition keeps its order.
 */
export class KafkaSender extends LinkedSender {
  readonly #topic: string;
  readonly #lanes: Lane[];
  readonly #idle: Lane[];
  /** Partitions that a lane is using. */
  readonly #busy = new Set<number>();
  /** Notified when a lane or a partition is free, or when partitions become known. */
  readonly #freed = new Condition();
  #lastPartition = -1;
  readonly #running = new Set<Promise<LaneEnd>>();

  constructor(options: KafkaLinkOptions) {
    super({
      ...options,
      onConnection: (state) => {
        if (state.kind === 'connected') this.#addLanes();
        options.onConnection(state);
      },
    });
    this.#topic = options.topic;
    const first = new Lane(this.link, this.#topic, 'move');
    this.#lanes = [first];
    this.#idle = [first];
  }

  get maxInFlight(): number {
    return this.#lanes.length;
  }

  async send(messages: readonly OutgoingMessage[], deadlineMs: number): Promise<readonly SendOutcome[]> {
    const batch = new ProducerBatch(messages, deadlineMs);
    let end: LaneEnd | null = 'leaderless';
    while (end === 'leaderless') {
      const way = await this.#takeWay(deadlineMs);
      end = way === null ? null : await within(this.#run(way, batch), deadlineMs - performance.now(), null);
    }
    return batch.outcomes();
  }

  protected settled(): Promise<unknown> {
    return Promise.allSettled(this.#running);
  }

  /** Sends a batch. Its lane and partition stay in use until the last attempt has ended, even after the deadline. */
  #run({ lane, partition }: Way, batch: ProducerBatch): Promise<LaneEnd> {
    const run = lane.send(batch, partition).finally(() => {
      this.#running.delete(run);
      this.#idle.push(lane);
      this.#busy.delete(partition);
      this.#freed.notifyAll();
    });
    this.#running.add(run);
    return run;
  }

  async #takeWay(deadlineMs: number): Promise<Way | null> {
    while (performance.now() < deadlineMs) {
      const partition = this.#nextPartition();
      const lane = partition === null ? undefined : this.#idle.shift();
      if (partition !== null && lane !== undefined) {
        this.#busy.add(partition);
        this.#lastPartition = partition;
        return { lane, partition };
      }
      await this.#freed.wait(deadlineMs - performance.now());
    }
    return null;
  }

  /**
   * Returns the next free partition with a leader, in turn (KIP-480). If no partition has a leader, returns
   * the next free partition. Null if no partition is free.
   */
  #nextPartition(): number | null {
    const led = this.link.partitions('with-leader');
    const candidates = led.length > 0 ? led : this.link.partitions('all');
    const free = candidates.filter((partition) => !this.#busy.has(partition));
    return free.find((partition) => partition > this.#lastPartition) ?? free[0] ?? null;
  }

  #addLanes(): void {
    const wanted = Math.min(MAX_LANES, this.link.partitions('all').length);
    while (this.#lanes.length < wanted) {
      const lane = new Lane(this.link, this.#topic, 'move');
      this.#lanes.push(lane);
      this.#idle.push(lane);
    }
    this.#freed.notifyAll();
  }
}
