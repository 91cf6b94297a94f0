import { Condition, within } from '../../condition.ts';
import type { OutgoingMessage, SendOutcome } from '../../queue.ts';
import { Lane } from './lane.ts';
import type { KafkaLinkOptions } from './link.ts';
import { LinkedSender } from './linked-sender.ts';
import { ProducerBatch } from './producer-batch.ts';

/** Batches under way at once; more than a few gained nothing in measurements. */
const MAX_LANES = 4;

/** What one batch takes. */
interface Way {
  readonly lane: Lane;
  readonly partition: number;
}

/** Several lanes side by side, never two on one partition, so that a partition keeps its order. */
export class KafkaSender extends LinkedSender {
  readonly #topic: string;
  readonly #lanes: Lane[];
  readonly #idle: Lane[];
  /** Partitions that a lane is sending to. */
  readonly #busy = new Set<number>();
  /** A lane or a partition has become free, or partitions have become known. */
  readonly #freed = new Condition();
  #lastPartition = -1;
  readonly #running = new Set<Promise<void>>();

  constructor(options: KafkaLinkOptions) {
    super({
      ...options,
      onConnection: (state) => {
        if (state.kind === 'connected') this.#addLanes();
        options.onConnection(state);
      },
    });
    this.#topic = options.topic;
    const first = new Lane(this.link, this.#topic, 'wait');
    this.#lanes = [first];
    this.#idle = [first];
  }

  get maxInFlight(): number {
    return this.#lanes.length;
  }

  async send(messages: readonly OutgoingMessage[], deadlineMs: number): Promise<readonly SendOutcome[]> {
    const batch = new ProducerBatch(messages, deadlineMs);
    const way = await this.#takeWay(deadlineMs);
    if (way === null) return batch.outcomes();
    await within(this.#run(way, batch), deadlineMs - performance.now(), undefined);
    return batch.outcomes();
  }

  protected settled(): Promise<unknown> {
    return Promise.allSettled(this.#running);
  }

  /** Lane and partition stay taken until the last attempt is over, also when the deadline has passed before. */
  #run({ lane, partition }: Way, batch: ProducerBatch): Promise<void> {
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
   * Round robin over the free partitions that have a leader, or over all free ones where none has (KIP-480).
   * Null while there is none.
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
      const lane = new Lane(this.link, this.#topic, 'wait');
      this.#lanes.push(lane);
      this.#idle.push(lane);
    }
    this.#freed.notifyAll();
  }
}
