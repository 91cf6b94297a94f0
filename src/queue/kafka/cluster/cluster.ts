import type { Cluster } from 'kafkajs';
import { brokerErrorOf, isAboutSasl } from '../errors.ts';

/** What is used here of kafkajs's cluster. */
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
  /** A cluster of kafkajs's that knows nothing but the bootstrap addresses, and asks that one of them first. */
  readonly begin: (firstAddress: number) => Cluster;
  /** How many bootstrap addresses there are. */
  readonly addresses: number;
  /** Closes the connections to a broker that fell silent, if the error is about one. */
  readonly cutSilent: (error: unknown) => Promise<void>;
}

/**
 * A cluster that goes back to its bootstrap addresses when no broker that it knows gives metadata (KIP-899). kafkajs
 * would ask the brokers that the last metadata named forever, as long as one of them accepts connections. It also
 * stays with the first bootstrap address that accepts a connection and then never answers.
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

  /** One broker that is gone does not say that all are: another one is asked while a connection to it stands. */
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

  /** Several callers that fail at the same time begin anew once. */
  #rebootstrap(known: Cluster, error: unknown): Promise<void> {
    if (this.#cluster !== known) return Promise.resolve();
    this.#rebootstrapping ??= this.#beginAnew(error).finally(() => {
      this.#rebootstrapping = null;
    });
    return this.#rebootstrapping;
  }

  /** Each bootstrap address is asked once. The connections to the brokers before are closed when nothing waits for them. */
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

/** A broker said what is wrong; another one would say the same. */
function isAnswer(error: unknown): boolean {
  return brokerErrorOf(error) !== null || isAboutSasl(error);
}
