import type { Broker } from 'kafkajs';
import { within } from '../../condition.ts';
import { type ConnectionFailure, ConnectionWatch } from '../../connection-watch.ts';
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
import { describeKafkaError } from '../errors.ts';
import { hintFor } from '../hints.ts';

/** kafkajs's types leave out a request that its brokers know. */
export type ProducingBroker = Broker & {
  initProducerId(request: {
    transactionTimeout: number;
  }): Promise<{ producerId: string; producerEpoch: number }>;
};

export interface KafkaLinkOptions {
  readonly client: KafkaClient;
  readonly topic: string;
  /** How the topic is made when it is missing. */
  readonly newTopic: NewTopic;
  readonly onConnection: (state: ConnectionState) => void;
}

/**
 * The sender's connection: made in the background, forever, and looked after by asking for the topic's
 * metadata each second, so that a broker that is gone shows before the next message does.
 */
export class KafkaLink {
  readonly #options: KafkaLinkOptions;
  readonly #cluster: KafkaCluster;
  readonly #watch: ConnectionWatch;
  #maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES;
  #prepared = false;
  #refreshing: Promise<void> | null = null;

  constructor(options: KafkaLinkOptions) {
    this.#options = options;
    this.#cluster = options.client.cluster();
    this.#watch = new ConnectionWatch(() => this.#probe(), options.onConnection);
  }

  get state(): ConnectionState {
    return this.#watch.state;
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
    void this.#options.client.cutSilent(error).then(() => this.#watch.probeNow());
  }

  async close(): Promise<void> {
    const closed = this.#watch.close();
    this.#options.client.close();
    await this.#cluster.disconnect();
    await closed;
  }

  /**
   * Null when the cluster answered in time, otherwise what is wrong. A broker answers the requests of a connection
   * one after the other (SocketServer mutes the channel meanwhile), so metadata may wait for the replicas of a batch
   * before it, and for another broker when the first one is silent: that takes as long as a request may. To wait for
   * less would refuse messages that a slow cluster takes. To wait costs little: behind the few batches that a silent
   * cluster leaves in doubt nothing more is handed over, and what is not gets a definite no at its deadline.
   */
  #probe(): Promise<ConnectionFailure | null> {
    const { brokers, answerWithinMs } = this.#options.client;
    const failureOf = (error: unknown) => ({ reason: describeKafkaError(error), ...hintFor(error, brokers) });
    const answer = this.#refresh().then(() => null, failureOf);
    return within<ConnectionFailure | null>(answer, answerWithinMs, { reason: 'the broker does not answer' });
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
}

function isProducing(broker: Broker): broker is ProducingBroker {
  return 'initProducerId' in broker;
}
