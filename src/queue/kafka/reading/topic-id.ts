import type { Broker } from 'kafkajs';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { leaderOf, partitionsOf } from '../cluster/partitions.ts';
import { whenSettled } from '../cluster/settling.ts';
import { ByteReader } from '../fetch/byte-reader.ts';

/** MetadataRequest.json of Kafka. */
const METADATA_KEY = 3;
/** The first that tells a topic's id (KIP-516), of Kafka 2.8; it is flexible (KIP-482), and kafkajs knows none that is. */
const VERSION = 10;
const ID_BYTES = 16;
const NO_ID = '0'.repeat(2 * ID_BYTES);

interface Topic {
  readonly cluster: KafkaCluster;
  readonly topic: string;
}

/** Kafka's own id of a topic, which another one made later under its name does not have; null: nobody tells it, or not now. */
export function readTopicId(topic: Topic): Promise<string | null> {
  return whenSettled(
    () => askTopicId(topic),
    () => topic.cluster.refreshMetadata(),
  ).catch(() => null);
}

async function askTopicId({ cluster, topic }: Topic): Promise<string | null> {
  const [partition = 0] = partitionsOf(cluster, topic, 'with-leader');
  const leader = leaderOf(cluster, topic, partition);
  const broker = await cluster.findBroker({ nodeId: String(leader) });
  if (!isVersioned(broker)) throw new Error('kafkajs is not the version that this was written for');
  if ((broker.versions[METADATA_KEY]?.maxVersion ?? 0) < VERSION) return null;
  return askingItself(broker, topic).metadata();
}

/** What is used here of kafkajs's src/broker/index.js, version 2.2.4. */
interface VersionedBroker extends Broker {
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>>;
}

function isVersioned(broker: Broker): broker is VersionedBroker {
  return 'versions' in broker && typeof broker.versions === 'object' && broker.versions !== null;
}

interface TopicIdBroker {
  metadata(): Promise<string | null>;
}

/** The same broker with the same connections, whose request for metadata is written and read here. */
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

/** As kafkajs's Encoder shows itself to another one. */
function encoded(buffer: Buffer) {
  return { buf: buffer, buffer };
}

/** What follows the client's id. Tagged fields, of which there are none, end each structure and the header. */
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

/** MetadataResponse.json, as far as the id of the first topic; null: there is none, or it has none. */
export function readFirstTopicId(frame: Buffer): string | null {
  const reader = new ByteReader(frame);
  reader.skipTaggedFields();
  const throttleBytes = 4;
  reader.skip(throttleBytes);
  for (let brokers = reader.unsignedVarint() - 1; brokers > 0; brokers--) skipBroker(reader);
  // The cluster's id, and the node that controls it.
  reader.compactBytes();
  reader.int32();
  if (reader.unsignedVarint() - 1 < 1) return null;
  const errorCode = reader.int16();
  reader.compactBytes();
  const id = reader.bytes(ID_BYTES)?.toString('hex') ?? NO_ID;
  return errorCode !== 0 || id === NO_ID ? null : id;
}

/** Its id, host, port and rack. */
function skipBroker(reader: ByteReader): void {
  reader.int32();
  reader.compactBytes();
  reader.int32();
  reader.compactBytes();
  reader.skipTaggedFields();
}
