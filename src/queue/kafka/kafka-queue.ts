import type {
  BacklogWatch,
  Capabilities,
  Consumer,
  ConsumerOptions,
  Depth,
  Existence,
  Queue,
  Sender,
  SenderOptions,
} from '../queue.ts';
import type { Reader, ReaderOptions } from '../reader.ts';
import { formatKafkaUrl, type KafkaAddress } from '../url/kafka-url.ts';
import type { GroupWatch } from '../watching/group-watch.ts';
import { KafkaClient } from './cluster/client.ts';
import type { KafkaCluster } from './cluster/cluster.ts';
import { beginningOffsets, endOffsets } from './cluster/offsets.ts';
import type { Security } from './cluster/security.ts';
import { whenSettled } from './cluster/settling.ts';
import { ensureTopic, isUnknownTopic, type NewTopic, readClusterId } from './cluster/topic.ts';
import { openKafkaBacklog } from './group/backlog.ts';
import { openKafkaConsumer } from './group/consumer.ts';
import { GroupView } from './group/group-view.ts';
import { openKafkaGroupWatch } from './group/group-watch.ts';
import { environmentError } from './hints.ts';
import { openKafkaReader } from './reading/reader.ts';
import { askTopicId } from './reading/topic-id.ts';
import { KeyedSender } from './sending/keyed-sender.ts';
import { KafkaSender } from './sending/sender.ts';

/** Timeout of one request of a sender: half of its deadline of 10 s, so that a second attempt is possible. */
const SEND_REQUEST_TIMEOUT_MS = 5_000;
const READ_REQUEST_TIMEOUT_MS = 10_000;

export interface KafkaOptions {
  readonly security: Security;
  /** Settings of the topic if qbl creates it. */
  readonly newTopic: NewTopic;
}

interface TopicOfCluster {
  readonly cluster: KafkaCluster;
  readonly topic: string;
}

export class KafkaQueue implements Queue {
  readonly capabilities: Capabilities = {
    tap: true,
    replay: true,
    order: 'partition',
    deduplicates: false,
  };
  readonly url: string;
  readonly #address: KafkaAddress;
  readonly #options: KafkaOptions;
  readonly #opened = new Set<{ close(): Promise<void> }>();
  readonly #groups = new Map<string, GroupView>();
  #lastingName: string | null = null;

  constructor(address: KafkaAddress, options: KafkaOptions) {
    this.#address = address;
    this.#options = options;
    this.url = formatKafkaUrl(address);
  }

  async prepare(): Promise<void> {
    const client = this.#client('qbl-prepare', READ_REQUEST_TIMEOUT_MS);
    const cluster = client.cluster();
    try {
      await cluster.connect();
      await ensureTopic(cluster, () => client.admin(), this.#address.topic, this.#options.newTopic);
      await cluster.disconnect();
    } catch (error) {
      throw environmentError(`The queue ${this.url} cannot be reached`, error, client.brokers);
    } finally {
      client.close();
    }
  }

  async openSender(options: SenderOptions): Promise<Sender> {
    const client = this.#client('qbl-sender', SEND_REQUEST_TIMEOUT_MS);
    const { topic } = this.#address;
    const { newTopic } = this.#options;
    const linkOptions = { client, topic, newTopic, onConnection: options.onConnection };
    return this.#keep(options.keyed ? new KeyedSender(linkOptions) : new KafkaSender(linkOptions));
  }

  async openReader(options: ReaderOptions): Promise<Reader> {
    const client = this.#client(`qbl-${options.name}`, READ_REQUEST_TIMEOUT_MS);
    return this.#keep(await openKafkaReader(client, this.#address.topic, options));
  }

  async openConsumer(options: ConsumerOptions): Promise<Consumer> {
    return this.#keep(
      await openKafkaConsumer({
        ...options,
        topic: this.#address.topic,
        client: this.#client('qbl-consumer', READ_REQUEST_TIMEOUT_MS),
        groupClient: this.#client('qbl-consumer', READ_REQUEST_TIMEOUT_MS),
        view: this.#viewOf(options.group),
      }),
    );
  }

  async openBacklog(group: string): Promise<BacklogWatch> {
    const client = this.#client('qbl-backlog', READ_REQUEST_TIMEOUT_MS);
    const { topic } = this.#address;
    return this.#keep(await openKafkaBacklog({ client, topic, group, view: this.#viewOf(group) }));
  }

  async openGroupWatch(group: string): Promise<GroupWatch> {
    const client = this.#client('qbl-observer', READ_REQUEST_TIMEOUT_MS);
    return this.#keep(await openKafkaGroupWatch({ client, topic: this.#address.topic, group }));
  }

  /** Two clusters can have the same ID, because container images have one built in. Each topic has an ID of its own. */
  async ownName(existence: Existence): Promise<string | null> {
    try {
      return (await this.#topicId(existence)) ?? (await this.#nameInCluster());
    } catch (error) {
      throw environmentError(`Cannot find out which topic ${this.url} is`, error, this.#address.brokers);
    }
  }

  lastingName(): Promise<string | null> {
    return this.#nameInCluster().catch(() => null);
  }

  /** Number of messages that the topic still stores, whether they were read or not. */
  depth(): Promise<Depth> {
    return this.#asking('qbl-depth', async (topic) => {
      const beginnings = await beginningOffsets(topic);
      const ends = await endOffsets(topic);
      const retained = [...ends].map(([partition, end]) => end - (beginnings.get(partition) ?? end));
      return { ready: retained.reduce((sum, messages) => sum + messages, 0), inFlight: null };
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#opened].map((opened) => opened.close()));
    this.#opened.clear();
  }

  /**
   * Returns the ID of the topic. Null if the brokers have no IDs. Null also for a missing topic, unless `existence`
   * says that the topic must exist.
   */
  #topicId(existence: Existence): Promise<string | null> {
    const ask = () => this.#asking('qbl-topic-id', askTopicId);
    if (existence === 'must-exist') return whenSettled(ask, () => Promise.resolve());
    return ask().catch((error) => {
      if (isUnknownTopic(error)) return null;
      throw error;
    });
  }

  async #nameInCluster(): Promise<string | null> {
    if (this.#lastingName !== null) return this.#lastingName;
    const client = this.#client('qbl-cluster-id', READ_REQUEST_TIMEOUT_MS);
    try {
      const clusterId = await readClusterId(client.admin());
      this.#lastingName = clusterId === null ? null : `${clusterId}/${this.#address.topic}`;
      return this.#lastingName;
    } finally {
      client.close();
    }
  }

  #viewOf(group: string): GroupView {
    const view = this.#groups.get(group) ?? new GroupView();
    this.#groups.set(group, view);
    return view;
  }

  /** Runs work that asks the brokers about the topic. The work has a connection of its own. */
  async #asking<T>(clientId: string, work: (topic: TopicOfCluster) => Promise<T>): Promise<T> {
    const client = this.#client(clientId, READ_REQUEST_TIMEOUT_MS);
    const cluster = client.cluster();
    const { topic } = this.#address;
    try {
      await cluster.connect();
      await cluster.addTargetTopic(topic);
      return await work({ cluster, topic });
    } finally {
      await cluster.disconnect();
      client.close();
    }
  }

  #client(clientId: string, requestTimeoutMs: number): KafkaClient {
    return new KafkaClient({
      brokers: this.#address.brokers,
      security: this.#options.security,
      clientId,
      requestTimeoutMs,
    });
  }

  #keep<T extends { close(): Promise<void> }>(opened: T): T {
    this.#opened.add(opened);
    return opened;
  }
}
