import type { Broker } from 'kafkajs';
import { Condition, within } from '../../condition.ts';
import type { ConnectionState } from '../../queue.ts';
import type { KafkaClient } from '../cluster/client.ts';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { leaderOf, partitionsOf } from '../cluster/partitions.ts';
import {
  DEFAULT_MAX_MESSAGE_BYTES,
  ensureTopic,
  isUnknownTopic,
  type NewTopic,
  readTopicSettings,
} from '../cluster/topic.ts';
import { describeError } from '../errors.ts';
import { type Hint, hintFor } from '../hints.ts';

const PROBE_INTERVAL_MS = 1_000;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 1_000;

/** kafkajs's types leave out a request that its brokers know. */
export type ProducingBroker = Broker & {
  initProducerId(request: {
    transactionTimeout: number;
  }): Promise<{ producerId: string; producerEpoch: number }>;
};

export interface LinkOptions {
  readonly client: KafkaClient;
  readonly topic: string;
  /** How the topic is made when it is missing. */
  readonly newTopic: NewTopic;
  readonly onConnection: (state: ConnectionState) => void;
}

/** What is wrong, and what the user can do about it. */
interface Failure extends Hint {
  readonly reason: string;
}

/**
 * The sender's connection: made in the background, forever, and looked after by asking for the topic's
 * metadata each second, so that a broker that is gone shows before the next message does.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #cluster: KafkaCluster;
  readonly #wakeup = new Condition();
  readonly #running: Promise<void>;
  #state: ConnectionState = { kind: 'waiting', reason: 'not connected yet' };
  #maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES;
  #prepared = false;
  #refreshing: Promise<void> | null = null;
  #closed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#cluster = options.client.cluster();
    this.#running = this.#lookAfter();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Counts the connections begun; behind a new one the broker may be another, or may have lost its data. */
  get generation(): number {
    return this.#options.client.connections;
  }

  /** The topic's limit on a record batch. */
  get maxMessageBytes(): number {
    return this.#maxMessageBytes;
  }

  /** The ids of all partitions, or only of those that have a leader now. Empty before the first connection. */
  partitions(which: 'all' | 'with-leader'): number[] {
    if (!this.#prepared) return [];
    return partitionsOf(this.#cluster, this.#options.topic, which);
  }

  /** The connected leader of a partition; fails when there is none to be reached now. */
  async leaderOf(partition: number): Promise<ProducingBroker> {
    const leader = leaderOf(this.#cluster, this.#options.topic, partition);
    const broker = await this.#cluster.findBroker({ nodeId: String(leader) });
    if (!isProducing(broker)) throw new Error('kafkajs has no InitProducerId');
    return broker;
  }

  /** A request failed: look at the connection and the leaders again, now. */
  suspect(error: unknown): void {
    void this.#options.client.cutSilent(error).then(() => this.#wakeup.notifyAll());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wakeup.notifyAll();
    this.#options.client.close();
    await this.#cluster.disconnect();
    await this.#running;
  }

  async #lookAfter(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.#closed) {
      const failure = await this.#probe();
      if (this.#closed) return;
      this.#tell(failure);
      retryMs = failure === null ? FIRST_RETRY_MS : Math.min(retryMs * 2, MAX_RETRY_MS);
      await this.#wakeup.wait(failure === null ? PROBE_INTERVAL_MS : retryMs);
    }
  }

  /**
   * Null when the cluster answered in time, otherwise what is wrong. A broker answers the requests of a connection
   * one after the other (SocketServer mutes the channel meanwhile), so metadata may wait for the replicas of a batch
   * before it, and for another broker when the first one is silent: that takes as long as a request may. To wait for
   * less would refuse messages that a slow cluster takes. To wait costs little: behind the few batches that a silent
   * cluster leaves in doubt nothing more is handed over, and what is not gets a definite no at its deadline.
   */
  #probe(): Promise<Failure | null> {
    const { brokers, answerWithinMs } = this.#options.client;
    const failureOf = (error: unknown) => ({ reason: describeError(error), ...hintFor(error, brokers) });
    const answer = this.#refresh().then(() => null, failureOf);
    return within<Failure | null>(answer, answerWithinMs, { reason: 'the broker does not answer' });
  }

  /** One at a time: a probe that comes while an answer is awaited waits for the same one. */
  #refresh(): Promise<void> {
    this.#refreshing ??= this.#askCluster().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #askCluster(): Promise<void> {
    try {
      if (this.#prepared) await this.#cluster.refreshMetadata();
      else await this.#prepare();
    } catch (error) {
      // Deleted, or this is another broker at the same address: the topic is created again.
      if (isUnknownTopic(error)) this.#prepared = false;
      await this.#options.client.cutSilent(error);
      throw error;
    }
  }

  async #prepare(): Promise<void> {
    const { client, topic, newTopic } = this.#options;
    await this.#cluster.connect();
    await ensureTopic(this.#cluster, () => client.admin(), topic, newTopic);
    this.#maxMessageBytes = (await readTopicSettings(client.admin(), topic)).maxMessageBytes;
    this.#prepared = true;
  }

  #tell(failure: Failure | null): void {
    const before = this.#state;
    this.#state = failure === null ? { kind: 'connected' } : { kind: 'waiting', ...failure };
    const changed =
      before.kind !== this.#state.kind || (before.kind === 'waiting' && before.reason !== failure?.reason);
    if (changed) this.#options.onConnection(this.#state);
  }
}

function isProducing(broker: Broker): broker is ProducingBroker {
  return 'initProducerId' in broker;
}
