/**
 * Requests that write and read records, and requests for offsets and producer ids. Kafka defines these requests in
 * ProduceRequest.json, FetchRequest.json, ListOffsetsRequest.json and InitProducerIdRequest.json.
 */
import type { Api } from '../api.ts';
import { array, type In, nullableArray, type Out, since, struct } from '../schema.ts';
import { int8, int16, int32, int64, nullableString, records, string } from '../types.ts';

const produceRequest = struct({
  transactionalId: since(3, nullableString, null),
  acks: int16,
  timeoutMs: int32,
  topics: array(struct({ name: string, partitions: array(struct({ index: int32, records })) })),
});

const producedPartition = struct({
  index: int32,
  errorCode: int16,
  baseOffset: int64,
  logAppendTimeMs: since(2, int64, -1),
  logStartOffset: since(5, int64, -1),
  recordErrors: since(8, array(struct({ batchIndex: int32, batchIndexErrorMessage: nullableString })), []),
  errorMessage: since(8, nullableString, null),
});

const produceResponse = struct({
  responses: array(struct({ name: string, partitions: array(producedPartition) })),
  throttleTimeMs: since(1, int32, 0),
});

export type ProduceRequest = Out<typeof produceRequest>;
export type ProduceResponse = In<typeof produceResponse>;
export type ProducedPartition = In<typeof producedPartition>;

/**
 * The broker lists versions 0 to 2, but refuses requests of these versions. If the list omitted them, kcat would
 * silently send compressed data as uncompressed.
 */
export const produce = {
  name: 'Produce',
  key: 0,
  versions: [0, 8],
  request: produceRequest,
  response: produceResponse,
} satisfies Api<ProduceRequest, ProduceResponse>;

const fetchedPartitionRequest = struct({
  partition: int32,
  currentLeaderEpoch: since(9, int32, -1),
  fetchOffset: int64,
  logStartOffset: since(5, int64, -1),
  partitionMaxBytes: int32,
});

const fetchRequest = struct({
  replicaId: int32,
  maxWaitMs: int32,
  minBytes: int32,
  maxBytes: int32,
  isolationLevel: int8,
  sessionId: since(7, int32, 0),
  sessionEpoch: since(7, int32, -1),
  topics: array(struct({ topic: string, partitions: array(fetchedPartitionRequest) })),
  forgottenTopicsData: since(7, array(struct({ topic: string, partitions: array(int32) })), []),
  rackId: since(11, string, ''),
});

const fetchedPartition = struct({
  partitionIndex: int32,
  errorCode: int16,
  highWatermark: int64,
  lastStableOffset: int64,
  logStartOffset: since(5, int64, -1),
  abortedTransactions: nullableArray(struct({ producerId: int64, firstOffset: int64 })),
  preferredReadReplica: since(11, int32, -1),
  records,
});

const fetchResponse = struct({
  throttleTimeMs: int32,
  errorCode: since(7, int16, 0),
  sessionId: since(7, int32, 0),
  responses: array(struct({ topic: string, partitions: array(fetchedPartition) })),
});

export type FetchRequest = Out<typeof fetchRequest>;
export type FetchPartitionRequest = Out<typeof fetchedPartitionRequest>;
export type FetchResponse = In<typeof fetchResponse>;
export type FetchedPartition = In<typeof fetchedPartition>;

export const fetch = {
  name: 'Fetch',
  key: 1,
  versions: [4, 11],
  request: fetchRequest,
  response: fetchResponse,
} satisfies Api<FetchRequest, FetchResponse>;

const listedPartitionRequest = struct({
  partitionIndex: int32,
  currentLeaderEpoch: since(4, int32, -1),
  timestamp: int64,
});

const listOffsetsRequest = struct({
  replicaId: int32,
  isolationLevel: since(2, int8, 0),
  topics: array(struct({ name: string, partitions: array(listedPartitionRequest) })),
});

const listedPartition = struct({
  partitionIndex: int32,
  errorCode: int16,
  timestamp: int64,
  offset: int64,
  leaderEpoch: since(4, int32, -1),
});

const listOffsetsResponse = struct({
  throttleTimeMs: since(2, int32, 0),
  topics: array(struct({ name: string, partitions: array(listedPartition) })),
});

export type ListOffsetsRequest = Out<typeof listOffsetsRequest>;
export type ListedPartitionRequest = Out<typeof listedPartitionRequest>;
export type ListOffsetsResponse = In<typeof listOffsetsResponse>;
export type ListedPartition = In<typeof listedPartition>;

export const listOffsets = {
  name: 'ListOffsets',
  key: 2,
  versions: [1, 5],
  request: listOffsetsRequest,
  response: listOffsetsResponse,
} satisfies Api<ListOffsetsRequest, ListOffsetsResponse>;

const initProducerIdRequest = struct({ transactionalId: nullableString, transactionTimeoutMs: int32 });

const initProducerIdResponse = struct({
  throttleTimeMs: since(0, int32, 0),
  errorCode: int16,
  producerId: int64,
  producerEpoch: int16,
});

export type InitProducerIdRequest = Out<typeof initProducerIdRequest>;
export type InitProducerIdResponse = In<typeof initProducerIdResponse>;

export const initProducerId = {
  name: 'InitProducerId',
  key: 22,
  versions: [0, 1],
  request: initProducerIdRequest,
  response: initProducerIdResponse,
} satisfies Api<InitProducerIdRequest, InitProducerIdResponse>;
