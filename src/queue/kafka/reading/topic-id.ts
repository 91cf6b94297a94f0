import type { Broker } from 'kafkajs';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { leaderOf, partitionsOf } from '../cluster/partitions.ts';
import { whenSettled } from '../cluster/settling.ts';
import { ByteReader } from '../fetch/byte-reader.ts';

/** The API key of Kafka's MetadataRequest.json. */
const METADATA_KEY = 3;
/**
 * The first version of the Metadata request with topic ids (KIP-516), since Kafka 2.8. kafkajs does not support it,
 * because it is a flexible version (KIP-482).
 */
const VERSION = 10;
const ID_BYTES = 16;
const NO_ID = '0'.repeat(2 * ID_BYTES);

interface Topic {
  readonly cluster: KafkaCluster;
  readonly topic: string;
}

/**
 * Returns Kafka's id of a topic. A recreated topic of the same name has another id. Null if the broker has no ids or
 * does not answer now.
 */
export function readTopicId(topic: Topic): Promise<string | null> {
  return whenSettled(
    () => askTopicId(topic),
    () => topic.cluster.refreshMetadata(),
  ).catch(() => null);
}

/**
 * Returns Kafka's id of a topic, as `readTopicId` does. Null only if the broker has no ids.
 * @throws Error if the broker does not answer, or answers with an error
 */
export async function askTopicId({ cluster, topic }: Topic): Promise<string | null> {
  const [partition = 0] = partitionsOf(cluster, topic, 'with-leader');
  const leader = leaderOf(cluster, topic, partition);
  const broker = await cluster.findBroker({ nodeId: String(leader) });
  if (!isVersioned(broker)) throw new Error('kafkajs has another version than qbl was written for');
  if ((broker.versions[METADATA_KEY]?.maxVersion ?? 0) < VERSION) return null;
  return askingItself(broker, topic).metadata();
}

/** The part of kafkajs's src/broker/index.js, version 2.2.4, that qbl uses. */
interface VersionedBroker extends Broker {
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>>;
}

function isVersioned(broker: Broker): broker is VersionedBroker {
  return 'versions' in broker && typeof broker.versions === 'object' && broker.versions !== null;
}

interface TopicIdBroker {
  metadata(): Promise<string | null>;
}

/**
 * Returns a broker object with the same connection. For this object qbl, and not kafkajs, encodes and decodes
 * Metadata requests and answers.
 */
function askingItself(broker: Broker, topic: string): TopicIdBroker {
  const protocol = {
    request: {
      apiKey: METADATA_KEY,
      apiVersion: VERSION,
      apiName: 'Metadata',
      encode: async () => encoded(metadataRequest(topic)),
    },
    response: {
      decode: async (frame: Buffer) => ({ clientSideThrottleTime: 0, topicId: readFirstTopicId(frame) }),
      parse: async ({ topicId }: { readonly topicId: string | null }) => topicId,
    },
  };
  return Object.create(broker, { lookupRequest: { value: () => () => protocol } });
}

/** Returns the buffer in the form in which kafkajs's Encoder accepts it. */
function encoded(buffer: Buffer) {
  return { buf: buffer, buffer };
}

/**
 * Returns the part of the request after the client id. Each structure ends with an empty list of tagged
 * fields, and so does the header.
 */
function metadataRequest(topic: string): Buffer {
  const name = Buffer.from(topic);
  const topics = [
    ...unsignedVarint(1 + 1),
    ...Buffer.alloc(ID_BYTES),
    ...unsignedVarint(name.length + 1),
    ...name,
    0,
  ];
  const [allowAutoTopicCreation, clusterOperations, topicOperations] = [0, 0, 0];
  return Buffer.from([0, ...topics, allowAutoTopicCreation, clusterOperations, topicOperations, 0]);
}

function unsignedVarint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsignedVarint(value >>> 7)];
}

/** The broker answered with an error instead of the topic's id. */
class TopicIdError extends Error {
  /** The name of the error, as kafkajs names it. */
  readonly type: string;

  constructor(code: number) {
    super(`the broker answered with error ${code} instead of the topic id`);
    this.type = TYPES[code] ?? 'UNKNOWN';
  }
}

/** The errors of a topic about which a broker has no current metadata yet. Source: Kafka's Errors.java. */
const TYPES: Readonly<Record<number, string>> = {
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
};

/**
 * Reads an answer of MetadataResponse.json up to the id of the first topic. Null if the broker has no ids.
 * @throws Error if the answer has no topic, or an error
 */
export function readFirstTopicId(frame: Buffer): string | null {
  const reader = new ByteReader(frame);
  reader.skipTaggedFields();
  const throttleBytes = 4;
  reader.skip(throttleBytes);
  for (let brokers = reader.unsignedVarint() - 1; brokers > 0; brokers--) skipBroker(reader);
  // Skips the cluster id and the controller's id.
  reader.compactBytes();
  reader.int32();
  if (reader.unsignedVarint() - 1 < 1) throw new Error('the answer has no topic');
  const errorCode = reader.int16();
  if (errorCode !== 0) throw new TopicIdError(errorCode);
  reader.compactBytes();
  const id = reader.bytes(ID_BYTES)?.toString('hex') ?? NO_ID;
  return id === NO_ID ? null : id;
}

/** Skips a broker's id, host, port and rack. */
function skipBroker(reader: ByteReader): void {
  reader.int32();
  reader.compactBytes();
  reader.int32();
  reader.compactBytes();
  reader.skipTaggedFields();
}
