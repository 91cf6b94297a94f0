import type { Broker } from 'kafkajs';
import { within } from '../../condition.ts';
import type { ConnectionState } from '../../queue.ts';
import { type ConnectionFailure, ConnectionWatch } from '../../watching/connection-watch.ts';
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

/** kafkajs's brokers have the method `initProducerId`, but kafkajs's types omit this method. */
export type ProducingBroker = Broker & {
  initProducerId(request: {
    transactionTimeout: number;
  }): Promise<{ producerId: string; producerEpoch: number }>;
};

export interface KafkaLinkOptions {
  readonly client: KafkaClient;
  readonly topic: string;
  /** Settings of the topic if qbl creates it. */
  readonly newTopic: NewTopic;
  readonly onConnection: (state: ConnectionState) => void;
}

/**
 * The sender's connection to the cluster. It connects in the background and never gives up. Every second it
 * requests the topic's metadata, so it notices a lost broker before the next message is sent.
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

  /**
   * Number of connections started so far. A new connection can lead to another broker, or to a broker that
   * lost its data.
   */
  get generation(): number {
    return this.#options.client.connections;
  }

  /** The topic's size limit for a record batch. */
  get maxMessageBytes(): number {
    return this.#maxMessageBytes;
  }

  /** Ids of all partitions, or only of those with a leader now. Empty before the first connection. */
  partitions(which: 'all' | 'with-leader'): number[] {
    if (!this.#prepared) return [];
    return partitionsOf(this.#cluster, this.#options.topic, which);
  }

  /** Returns the connected leader of a partition. Rejects if the leader cannot be reached now. */
  async leaderOf(partition: number): Promise<ProducingBroker> {
    const leader = leaderOf(this.#cluster, this.#options.topic, partition);
    const broker = await this.#cluster.findBroker({ nodeId: String(leader) });
    if (!isProducing(broker)) throw new Error('kafkajs has no InitProducerId');
    return broker;
  }

  /** Checks the connection and the leaders now, because a request failed. */
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
   * Resolves with null if the cluster answers in time, otherwise with the failure. The time-out is as long as that of
   * any request, because an answer can be slow for two reasons. A broker answers the requests of a connection one after
   * the other (SocketServer mutes the channel), so the answer can wait until replicas have stored an earlier batch. And
   * if the first broker is silent, another broker must be asked. With a shorter time-out, qbl would refuse messages
   * that a slow cluster accepts. The long time-out costs little: a silent cluster leaves only a few batches unknown,
   * and messages that were not sent are refused at their deadline.
   */
  #probe(): Promise<ConnectionFailure | null> {
    const { brokers, answerWithinMs } = this.#options.client;
    const failureOf = (error: unknown) => ({ reason: describeKafkaError(error), ...hintFor(error, brokers) });
    const answer = this.#refresh().then(() => null, failureOf);
    return within<ConnectionFailure | null>(answer, answerWithinMs, { reason: 'the broker does not answer' });
  }

  /** Requests the metadata. Callers at the same time share one request. */
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
      // The topic was deleted, or another broker uses this address. The next check of the connection creates the topic
      // again.
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
