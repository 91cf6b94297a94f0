/**
 * Requests about committed offsets and groups. Kafka defines these requests in OffsetCommitRequest.json,
 * OffsetFetchRequest.json, DescribeGroupsRequest.json, ListGroupsRequest.json and DeleteGroupsRequest.json.
 */
import type { Api } from '../api.ts';
import { array, type In, inVersions, nullableArray, type Out, since, struct } from '../schema.ts';
import { boolean, bytes, int16, int32, int64, nullableString, string } from '../types.ts';
import { NO_AUTHORIZED_OPERATIONS } from './cluster.ts';

const offsetToCommit = struct({
  partitionIndex: int32,
  committedOffset: int64,
  committedLeaderEpoch: since(6, int32, -1),
  committedMetadata: nullableString,
});

const offsetCommitRequest = struct({
  groupId: string,
  generationId: int32,
  memberId: string,
  groupInstanceId: since(7, nullableString, null),
  retentionTimeMs: inVersions([2, 4], int64, -1),
  topics: array(struct({ name: string, partitions: array(offsetToCommit) })),
});

const offsetCommitResponse = struct({
  throttleTimeMs: since(3, int32, 0),
  topics: array(
    struct({ name: string, partitions: array(struct({ partitionIndex: int32, errorCode: int16 })) }),
  ),
});

export type OffsetCommitRequest = Out<typeof offsetCommitRequest>;
export type OffsetCommitResponse = In<typeof offsetCommitResponse>;
export type OffsetToCommit = Out<typeof offsetToCommit>;

export const offsetCommit = {
  name: 'OffsetCommit',
  key: 8,
  versions: [2, 7],
  request: offsetCommitRequest,
  response: offsetCommitResponse,
} satisfies Api<OffsetCommitRequest, OffsetCommitResponse>;

const offsetFetchRequest = struct({
  groupId: string,
  topics: nullableArray(struct({ name: string, partitionIndexes: array(int32) })),
});

const fetchedOffset = struct({
  partitionIndex: int32,
  committedOffset: int64,
  committedLeaderEpoch: since(5, int32, -1),
  metadata: nullableString,
  errorCode: int16,
});

const offsetFetchResponse = struct({
  throttleTimeMs: since(3, int32, 0),
  topics: array(struct({ name: string, partitions: array(fetchedOffset) })),
  errorCode: since(2, int16, 0),
});

export type OffsetFetchRequest = Out<typeof offsetFetchRequest>;
export type OffsetFetchResponse = In<typeof offsetFetchResponse>;
export type FetchedOffset = In<typeof fetchedOffset>;

export const offsetFetch = {
  name: 'OffsetFetch',
  key: 9,
  versions: [1, 5],
  request: offsetFetchRequest,
  response: offsetFetchResponse,
} satisfies Api<OffsetFetchRequest, OffsetFetchResponse>;

const describeGroupsRequest = struct({
  groups: array(string),
  includeAuthorizedOperations: since(3, boolean, false),
});

const describedMember = struct({
  memberId: string,
  groupInstanceId: since(4, nullableString, null),
  clientId: string,
  clientHost: string,
  memberMetadata: bytes,
  memberAssignment: bytes,
});

const describedGroup = struct({
  errorCode: int16,
  groupId: string,
  groupState: string,
  protocolType: string,
  protocolData: string,
  members: array(describedMember),
  authorizedOperations: since(3, int32, NO_AUTHORIZED_OPERATIONS),
});

const describeGroupsResponse = struct({ throttleTimeMs: since(1, int32, 0), groups: array(describedGroup) });

export type DescribeGroupsRequest = Out<typeof describeGroupsRequest>;
export type DescribeGroupsResponse = In<typeof describeGroupsResponse>;
export type DescribedGroup = In<typeof describedGroup>;

export const describeGroups = {
  name: 'DescribeGroups',
  key: 15,
  versions: [2, 4],
  request: describeGroupsRequest,
  response: describeGroupsResponse,
} satisfies Api<DescribeGroupsRequest, DescribeGroupsResponse>;

const listGroupsRequest = struct({});

const listGroupsResponse = struct({
  throttleTimeMs: since(1, int32, 0),
  errorCode: int16,
  groups: array(struct({ groupId: string, protocolType: string })),
});

export type ListGroupsRequest = Out<typeof listGroupsRequest>;
export type ListGroupsResponse = In<typeof listGroupsResponse>;

export const listGroups = {
  name: 'ListGroups',
  key: 16,
  versions: [1, 2],
  request: listGroupsRequest,
  response: listGroupsResponse,
} satisfies Api<ListGroupsRequest, ListGroupsResponse>;

const deleteGroupsRequest = struct({ groupsNames: array(string) });

const deleteGroupsResponse = struct({
  throttleTimeMs: since(0, int32, 0),
  results: array(struct({ groupId: string, errorCode: int16 })),
});

export type DeleteGroupsRequest = Out<typeof deleteGroupsRequest>;
export type DeleteGroupsResponse = In<typeof deleteGroupsResponse>;

export const deleteGroups = {
  name: 'DeleteGroups',
  key: 42,
  versions: [0, 1],
  request: deleteGroupsRequest,
  response: deleteGroupsResponse,
} satisfies Api<DeleteGroupsRequest, DeleteGroupsResponse>;
