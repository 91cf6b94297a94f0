import { ByteReader } from './byte-reader.ts';
import { type RecordBatch, readBatches } from './record-batch.ts';

/** A broker's answer to Fetch, of which kafkajs looks for errors and for the time to throttle. */
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
  /** Behind the last batch; null: nothing was fetched. */
  readonly nextOffset: number | null;
}

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

/** Since version 4 a fetch knows transactions. */
const FIRST_VERSION = 4;

/**
 * Reads an answer to Fetch, of the versions 4 to 11 (FetchResponse.json of Kafka). kafkajs would parse two
 * 64-bit integers from texts for each record, and make two others texts.
 * @throws when the bytes are no such answer
 */
export function readFetchResponse(frame: Buffer, version: number): FetchAnswer {
  if (version < FIRST_VERSION) throw new Error('Kafka before 0.11 is not read');
  const reader = new ByteReader(frame);
  const throttleMs = reader.int32();
  // Error and id of a fetch session, which is not asked for.
  if (version >= 7) reader.skip(2 + 4);
  const responses = reader.array(() => readTopic(reader, version));
  // Since version 8 it is the client that has to wait (KIP-219).
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
  // The start of the log.
  if (version >= 5) reader.skip(8);
  const abortedTransactions = reader.array(() => ({
    producerId: reader.int64(),
    firstOffset: reader.int64(),
  }));
  // The replica to read from rather, for those who say in which rack they are (KIP-392).
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
