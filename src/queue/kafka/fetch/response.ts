import { ByteReader } from './byte-reader.ts';
import { type RecordBatch, readBatches } from './record-batch.ts';

/** A broker's answer to Fetch. kafkajs checks its errors and its throttle time. */
export interface FetchAnswer {
  readonly clientSideThrottleTime: number;
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly PartitionAnswer[];
  }[];
}

export interface PartitionAnswer {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly abortedTransactions: readonly AbortedTransaction[];
  readonly batches: readonly RecordBatch[];
  /** The offset after the last fetched batch. Null if nothing was fetched. */
  readonly nextOffset: number | null;
}

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

/** The first version of Fetch that supports transactions. Brokers support this version since Kafka 0.11. */
const FIRST_VERSION = 4;

/**
 * Decodes an answer to Fetch, versions 4 to 11 (Kafka's FetchResponse.json). kafkajs's own decoder is slower: for each
 * record it converts four 64-bit integers from or to texts.
 * @throws if the bytes are not such an answer
 */
export function readFetchResponse(frame: Buffer, version: number): FetchAnswer {
  if (version < FIRST_VERSION) throw new Error('Kafka before 0.11 is not supported');
  const reader = new ByteReader(frame);
  const throttleMs = reader.int32();
  // Skips the error and the id of a fetch session, because qbl uses no sessions.
  if (version >= 7) reader.skip(2 + 4);
  const responses = reader.array(() => readTopic(reader, version));
  // A broker that throttles a client answers at once since version 8, and the client must wait before its next request
  // (KIP-219).
  return { clientSideThrottleTime: version >= 8 ? throttleMs : 0, responses };
}

function readTopic(reader: ByteReader, version: number) {
  return { topicName: reader.string(), partitions: reader.array(() => readPartition(reader, version)) };
}

function readPartition(reader: ByteReader, version: number): PartitionAnswer {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  const lastStableOffset = reader.int64();
  // Skips the start offset of the log.
  if (version >= 5) reader.skip(8);
  const abortedTransactions = reader.array(() => ({
    producerId: reader.int64(),
    firstOffset: reader.int64(),
  }));
  // Skips the preferred replica, which is for clients that report their rack (KIP-392).
  if (version >= 11) reader.skip(4);
  const batches = readBatches(reader.bytes(reader.int32()) ?? Buffer.alloc(0));
  const last = batches.at(-1);
  const nextOffset = last === undefined ? null : last.lastOffset + 1;
  return {
    partition,
    errorCode,
    highWatermark,
    lastStableOffset,
    abortedTransactions,
    batches,
    nextOffset,
  };
}
