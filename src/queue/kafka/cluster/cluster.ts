import type { Cluster } from 'kafkajs';
import { brokerErrorOf, isAboutSasl } from '../errors.ts';

export type KafkaCluster = Pick<
  Cluster,
  | 'connect'
  | 'disconnect'
  | 'addTargetTopic'
  | 'refreshMetadata'
  | 'refreshMetadataIfNecessary'
  | 'findTopicPartitionMetadata'
  | 'findBroker'
  | 'findGroupCoordinator'
  | 'fetchTopicsOffset'
>;

export interface BootstrapOptions {
  /**
   * Creates a kafkajs cluster that knows only the addresses of the URL. The cluster tries the address with
   * this index first.
   */
  readonly begin: (firstAddress: number) => Cluster;
  /** Number of broker addresses in the queue's URL. */
  readonly addresses: number;
  /** If the error is about a broker that did not answer in time, closes the connections to that broker. */
  readonly cutSilent: (error: unknown) => Promise<void>;
}

/**
 * A cluster that returns to the addresses of the URL when no known broker answers (KIP-899). kafkajs alone
 * would ask the brokers of its last metadata as long as one of them accepts connections. kafkajs would also
 * stay with the first address that accepts a connection, even if that broker never answers.
 */
export class RebootstrappingCluster implements KafkaCluster {
  readonly #options: BootstrapOptions;
  readonly #topics = new Set<string>();
  #cluster: Cluster;
  #nextAddress = 0;
  #rebootstrapping: Promise<void> | null = null;
  #closed = false;

  constructor(options: BootstrapOptions) {
    this.#options = options;
    this.#cluster = options.begin(0);
  }

  connect(): Promise<void> {
    return this.#orRebootstrap((cluster) => cluster.connect());
  }

  async disconnect(): Promise<void> {
    this.#closed = true;
    await this.#cluster.disconnect();
  }

  async addTargetTopic(topic: string): Promise<void> {
    await this.#orRebootstrap((cluster) => cluster.addTargetTopic(topic));
    this.#topics.add(topic);
  }

  refreshMetadata(): Promise<void> {
    return this.#orRebootstrap((cluster) => cluster.refreshMetadata());
  }

  refreshMetadataIfNecessary(): Promise<void> {
    return this.#orRebootstrap((cluster) => cluster.refreshMetadataIfNecessary());
  }

  findTopicPartitionMetadata(...args: Parameters<Cluster['findTopicPartitionMetadata']>) {
    return this.#cluster.findTopicPartitionMetadata(...args);
  }

  findBroker(...args: Parameters<Cluster['findBroker']>) {
    return this.#cluster.findBroker(...args);
  }

  findGroupCoordinator(...args: Parameters<Cluster['findGroupCoordinator']>) {
    return this.#cluster.findGroupCoordinator(...args);
  }

  fetchTopicsOffset(...args: Parameters<Cluster['fetchTopicsOffset']>) {
    return this.#cluster.fetchTopicsOffset(...args);
  }

  async #orRebootstrap(work: (cluster: Cluster) => Promise<void>): Promise<void> {
    const known = this.#cluster;
    try {
      await this.#askKnown(known, work);
    } catch (error) {
      if (this.#closed || isAnswer(error)) throw error;
      await this.#rebootstrap(known, error);
      await work(this.#cluster);
    }
  }

  /** Runs the work. If a broker fails while another broker is still connected, runs the work once more. */
  async #askKnown(known: Cluster, work: (cluster: Cluster) => Promise<void>): Promise<void> {
    try {
      await work(known);
    } catch (error) {
      await this.#options.cutSilent(error);
      if (this.#closed || isAnswer(error) || !known.isConnected()) throw error;
      await work(known).catch(async (again: unknown) => {
        await this.#options.cutSilent(again);
        throw again;
      });
    }
  }

  /** Restarts from the addresses of the URL. If several callers fail at the same time, they share one restart. */
  #rebootstrap(known: Cluster, error: unknown): Promise<void> {
    if (this.#cluster !== known) return Promise.resolve();
    this.#rebootstrapping ??= this.#beginAnew(error).finally(() => {
      this.#rebootstrapping = null;
    });
    return this.#rebootstrapping;
  }

  /**
   * Tries each address of the URL once. After the first success, disconnects the old cluster. kafkajs waits for its
   * open requests first.
   */
  async #beginAnew(failure: unknown): Promise<void> {
    let last = failure;
    for (let tried = 0; tried < this.#options.addresses && !this.#closed; tried++) {
      const fresh = this.#options.begin(this.#nextAddress++ % this.#options.addresses);
      try {
        await fresh.connect();
        for (const topic of this.#topics) await fresh.addTargetTopic(topic);
        void this.#cluster.disconnect().catch(() => {});
        this.#cluster = fresh;
        return;
      } catch (error) {
        last = error;
        await this.#options.cutSilent(error);
        void fresh.disconnect().catch(() => {});
        if (isAnswer(error)) break;
      }
    }
    throw last;
  }
}

/**
 * Whether the error is a broker's answer. Another broker would give the same answer, so a second attempt
 * makes no sense.
 */
function isAnswer(error: unknown): boolean {
  return brokerErrorOf(error) !== null || isAboutSasl(error);
}
