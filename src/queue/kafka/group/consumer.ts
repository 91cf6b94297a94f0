import { Condition } from '../../condition.ts';
import type { ConnectionState, Consumer } from '../../queue.ts';
import type { Positions } from '../../reader.ts';
import { ReportedState } from '../../reported-state.ts';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { beginningOffsets } from '../cluster/offsets.ts';
import { whenSettled } from '../cluster/settling.ts';
import { environmentError } from '../hints.ts';
import type { KafkaConsumerOptions } from './consumer-options.ts';
import { Coordinator } from './coordinator.ts';
import { type GenerationEnd, GroupMember } from './group-member.ts';
import { Share, type TakenMessage } from './share.ts';

const COMMIT_INTERVAL_MS = 100;
/**
 * How long a rebalance waits for unacknowledged messages. If a message takes longer, another consumer processes this
 * message again.
 */
const FINISH_WITHIN_MS = 10_000;
const LAST_COMMIT_WITHIN_MS = 5_000;
const RETRY_MS = 100;

/**
 * Joins the group. Resolves after the first assignment of partitions.
 * @throws QblError 'environment' if the group or the topic cannot be reached
 */
export async function openKafkaConsumer(options: KafkaConsumerOptions): Promise<Consumer> {
  const { client, groupClient, topic, group } = options;
  const cluster = client.cluster();
  const groupCluster = groupClient.cluster();
  const coordinator = new Coordinator(groupClient, groupCluster, topic, group);
  try {
    for (const each of [cluster, groupCluster]) {
      await each.connect();
      await whenSettled(
        () => each.addTargetTopic(topic),
        () => each.refreshMetadata(),
      );
    }
    await whenSettled(
      () => coordinator.find(),
      () => groupCluster.refreshMetadata(),
    );
    const consumer = new KafkaConsumer(options, cluster, coordinator);
    await consumer.joined.catch((error: unknown) => consumer.close().then(() => Promise.reject(error)));
    return consumer;
  } catch (error) {
    client.close();
    groupClient.close();
    throw environmentError(`Cannot consume the topic '${topic}'`, error, client.brokers);
  }
}

/**
 * Joins, fetches and commits with kafkajs's requests, not with kafkajs's consumer. If the group rebalances while a
 * batch is processed, kafkajs's consumer commits another offset than the acknowledged one.
 */
class KafkaConsumer implements Consumer {
  readonly #options: KafkaConsumerOptions;
  readonly #cluster: KafkaCluster;
  readonly #coordinator: Coordinator;
  readonly #member: GroupMember;
  readonly #acked = new Condition();
  readonly #committer: NodeJS.Timeout;
  readonly #state: ReportedState;
  #connection: ConnectionState = { kind: 'waiting', reason: 'not connected yet' };
  /** Why the messages of a partition cannot be read. Null if all messages can be read. */
  #unreadable: string | null = null;
  #share: Share | null = null;
  #committed: Positions = new Map();
  #committing: Promise<boolean> | null = null;
  /** Number of unacknowledged messages, including those of partitions that this consumer had earlier. */
  #inFlight = 0;
  #stopped = false;
  #closing: Promise<void> | null = null;

  constructor(options: KafkaConsumerOptions, cluster: KafkaCluster, coordinator: Coordinator) {
    this.#options = options;
    this.#cluster = cluster;
    this.#coordinator = coordinator;
    this.#state = new ReportedState(options.onConnection);
    this.#member = new GroupMember({
      coordinator,
      onAssigned: (partitions) => this.#begin(partitions),
      onRevoked: (end) => this.#giveBack(end),
      onConnection: (state) => {
        this.#connection = state;
        this.#reportState();
      },
    });
    this.#committer = setInterval(() => void this.#commit(), COMMIT_INTERVAL_MS);
  }

  get joined(): Promise<void> {
    return this.#member.joined;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#committer);
    // Wakes #giveBack, which then stops waiting for unacknowledged messages.
    this.#acked.notifyAll();
    await this.#commitAll(performance.now() + LAST_COMMIT_WITHIN_MS);
    this.#drop();
    const { client, groupClient } = this.#options;
    await this.#member.close(() => groupClient.close());
    client.close();
    await this.#cluster.disconnect();
  }

  async #begin(partitions: readonly number[]): Promise<void> {
    const { client, topic, view } = this.#options;
    this.#committed = await this.#coordinator.committed(partitions);
    const starts = new Map([...(await this.#beginnings(partitions)), ...this.#committed]);
    const share = new Share({
      client,
      cluster: this.#cluster,
      topic,
      starts,
      onFetched: () => this.#pump(),
      onUnreadable: (reason) => {
        this.#unreadable = reason;
        this.#reportState();
      },
    });
    this.#unreadable = null;
    this.#share = share;
    view.shares.add(share);
  }

  /**
   * Partitions without a commit start at the first offset, because a service must not skip messages that were
   * sent before it started.
   */
  async #beginnings(partitions: readonly number[]): Promise<Positions> {
    const fresh = partitions.filter((partition) => !this.#committed.has(partition));
    if (fresh.length === 0) return new Map();
    const topic = { cluster: this.#cluster, topic: this.#options.topic, partitions: fresh };
    return whenSettled(
      () => beginningOffsets(topic),
      () => this.#cluster.refreshMetadata(),
    );
  }

  /** A consumer that cannot read a batch makes no progress, so it reports the same state as without a connection. */
  #reportState(): void {
    const reason = this.#unreadable;
    this.#state.set(reason === null ? this.#connection : { kind: 'waiting', reason });
  }

  #pump(): void {
    const share = this.#share;
    while (share !== null && !this.#stopped && this.#inFlight < this.#options.maxInFlight) {
      const taken = share.take();
      if (taken === null) return;
      this.#handOut(taken);
    }
  }

  #handOut(taken: TakenMessage): void {
    let acked = false;
    this.#inFlight++;
    const ack = () => {
      if (acked) return;
      acked = true;
      this.#inFlight--;
      taken.ack();
      this.#acked.notifyAll();
      this.#pump();
    };
    const redelivered = this.#options.view.wasHandedOut(taken.delivery);
    this.#options.onMessage({ ...taken.delivery, redelivered, ack });
  }

  /**
   * Gives this consumer's partitions back, because other consumers get them. First waits for unacknowledged
   * messages to be finished, unless the other consumers already have the partitions.
   */
  async #giveBack(end: GenerationEnd): Promise<void> {
    const share = this.#share;
    this.#share = null;
    share?.close();
    if (end === 'rebalance' && share !== null) {
      const givenUpAtMs = performance.now() + FINISH_WITHIN_MS;
      while (share.inFlight > 0 && this.#closing === null && performance.now() < givenUpAtMs) {
        await this.#acked.wait(givenUpAtMs - performance.now());
        await this.#commit(share);
      }
      await this.#commitAll(performance.now() + LAST_COMMIT_WITHIN_MS, share);
    }
    this.#forget(share);
  }

  #drop(): void {
    const share = this.#share;
    this.#share = null;
    share?.close();
    this.#forget(share);
  }

  #forget(share: Share | null): void {
    if (share !== null) this.#options.view.shares.delete(share);
  }

  /** Commits until every acknowledgement is committed. Gives up at the deadline. */
  async #commitAll(deadlineMs: number, share = this.#share): Promise<void> {
    while (!(await this.#commit(share)) && performance.now() < deadlineMs) {
      await this.#acked.wait(RETRY_MS);
    }
  }

  /** Commits once. Resolves with true if the group then has every acknowledgement. Only one commit runs at a time. */
  async #commit(share = this.#share): Promise<boolean> {
    if (this.#committing !== null) return this.#committing.then(() => false);
    this.#committing = this.#commitPositions(share).finally(() => {
      this.#committing = null;
    });
    return this.#committing;
  }

  async #commitPositions(share: Share | null): Promise<boolean> {
    const moved = [...(share?.positions() ?? [])].filter(
      ([partition, position]) => position !== this.#committed.get(partition),
    );
    if (moved.length === 0) return true;
    try {
      await this.#member.commit(new Map(moved));
      this.#committed = new Map([...this.#committed, ...moved]);
      return true;
    } catch {
      return false;
    }
  }
}
