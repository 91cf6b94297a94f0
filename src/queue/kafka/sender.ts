import type { OutgoingMessage, SendOutcome } from '../queue.ts';
import { Condition, within } from './condition.ts';
import { Lane } from './lane.ts';
import type { LinkOptions } from './link.ts';
import { LinkedSender } from './linked-sender.ts';
import { ProducerBatch } from './producer-batch.ts';

/** Batches under way at once; more than a few gained nothing in measurements. */
const MAX_LANES = 4;

/** Several lanes side by side, each with partitions of its own, so that a partition keeps its order. */
export class KafkaSender extends LinkedSender {
  readonly #topic: string;
  readonly #lanes: Lane[];
  readonly #idle: Lane[];
  readonly #freed = new Condition();
  readonly #lastPartitions = new Map<Lane, number>();
  readonly #running = new Set<Promise<void>>();

  constructor(options: LinkOptions) {
    super({
      ...options,
      onConnection: (state) => {
        if (state.kind === 'connected') this.#addLanes();
        options.onConnection(state);
      },
    });
    this.#topic = options.topic;
    const first = new Lane(this.link, this.#topic);
    this.#lanes = [first];
    this.#idle = [first];
  }

  get maxInFlight(): number {
    return this.#lanes.length;
  }

  async send(messages: readonly OutgoingMessage[], deadlineMs: number): Promise<readonly SendOutcome[]> {
    const batch = new ProducerBatch(messages, deadlineMs);
    const lane = await this.#takeLane(deadlineMs);
    if (lane === null) return batch.outcomes();
    await within(this.#run(lane, batch), deadlineMs - performance.now(), undefined);
    return batch.outcomes();
  }

  protected settled(): Promise<unknown> {
    return Promise.allSettled(this.#running);
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
    return this.link.partitions(which).filter(own);
  }

  #addLanes(): void {
    const wanted = Math.min(MAX_LANES, this.link.partitions('all').length);
    while (this.#lanes.length < wanted) {
      const lane = new Lane(this.link, this.#topic);
      this.#lanes.push(lane);
      this.#idle.push(lane);
    }
  }
}
