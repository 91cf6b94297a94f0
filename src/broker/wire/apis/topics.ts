/**
 * Requests that create or remove topics, partitions and records. Kafka defines these requests in
 * CreateTopicsRequest.json, DeleteTopicsRequest.json, CreatePartitionsRequest.json and DeleteRecordsRequest.json.
 */
import type { Api } from '../api.ts';
import { array, type In, nullableArray, type Out, since, struct } from '../schema.ts';
import { boolean, int16, int32, int64, nullableString, string } from '../types.ts';

const creatableTopic = struct({
  name: string,
  numPartitions: int32,
  replicationFactor: int16,
  assignments: array(struct({ partitionIndex: int32, brokerIds: array(int32) })),
  configs: array(struct({ name: string, value: nullableString })),
});

const createTopicsRequest = struct({
  topics: array(creatableTopic),
  timeoutMs: int32,
  validateOnly: since(1, boolean, false),
});

const namedResult = struct({ name: string, errorCode: int16, errorMessage: since(1, nullableString, null) });

const createTopicsResponse = struct({ throttleTimeMs: since(2, int32, 0), topics: array(namedResult) });

export type CreatableTopic = Out<typeof creatableTopic>;
export type CreateTopicsRequest = Out<typeof createTopicsRequest>;
export type CreateTopicsResponse = In<typeof createTopicsResponse>;

export const createTopics = {
  name: 'CreateTopics',
  key: 19,
  versions: [2, 4],
  request: createTopicsRequest,
  response: createTopicsResponse,
} satisfies Api<CreateTopicsRequest, CreateTopicsResponse>;

const deleteTopicsRequest = struct({ topicNames: array(string), timeoutMs: int32 });

const deleteTopicsResponse = struct({
  throttleTimeMs: since(1, int32, 0),
  responses: array(struct({ name: string, errorCode: int16 })),
});

export type DeleteTopicsRequest = Out<typeof deleteTopicsRequest>;
export type DeleteTopicsResponse = In<typeof deleteTopicsResponse>;

export const deleteTopics = {
  name: 'DeleteTopics',
  key: 20,
  versions: [1, 3],
  request: deleteTopicsRequest,
  response: deleteTopicsResponse,
} satisfies Api<DeleteTopicsRequest, DeleteTopicsResponse>;

const createPartitionsRequest = struct({
  topics: array(
    struct({ name: string, count: int32, assignments: nullableArray(struct({ brokerIds: array(int32) })) }),
  ),
  timeoutMs: int32,
  validateOnly: boolean,
});

const createPartitionsResponse = struct({
  throttleTimeMs: since(0, int32, 0),
  results: array(struct({ name: string, errorCode: int16, errorMessage: nullableString })),
});

export type CreatePartitionsRequest = Out<typeof createPartitionsRequest>;
export type CreatePartitionsResponse = In<typeof createPartitionsResponse>;

export const createPartitions = {
  name: 'CreatePartitions',
  key: 37,
  versions: [0, 1],
  request: createPartitionsRequest,
  response: createPartitionsResponse,
} satisfies Api<CreatePartitionsRequest, CreatePartitionsResponse>;

const deleteRecordsRequest = struct({
  topics: array(
    struct({ name: string, partitions: array(struct({ partitionIndex: int32, offset: int64 })) }),
  ),
  timeoutMs: int32,
});

const deletedPartition = struct({ partitionIndex: int32, lowWatermark: int64, errorCode: int16 });

const deleteRecordsResponse = struct({
  throttleTimeMs: since(0, int32, 0),
  topics: array(struct({ name: string, partitions: array(deletedPartition) })),
});

export type DeleteRecordsRequest = Out<typeof deleteRecordsRequest>;
export type DeleteRecordsResponse = In<typeof deleteRecordsResponse>;
export type DeletedPartition = In<typeof deletedPartition>;

export const deleteRecords = {
  name: 'DeleteRecords',
  key: 21,
  versions: [0, 1],
  request: deleteRecordsRequest,
  response: deleteRecordsResponse,
} satisfies Api<DeleteRecordsRequest, DeleteRecordsResponse>;
