import { isStorageFailure } from '../error.ts';
import type { CommittedOffsets } from '../groups/committed-offsets.ts';
import type { CommittedOffset } from '../groups/offset-table.ts';
import { MAX_OFFSET_METADATA_BYTES } from '../limits.ts';
import type {
  DeleteGroupsRequest,
  DeleteGroupsResponse,
  DescribeGroupsRequest,
  DescribeGroupsResponse,
  FetchedOffset,
  ListGroupsRequest,
  ListGroupsResponse,
  OffsetCommitRequest,
  OffsetCommitResponse,
  OffsetFetchRequest,
  OffsetFetchResponse,
  OffsetToCommit,
} from '../wire/apis/groups.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';
import type { RequestContext } from './handler.ts';

/** Answers when the accepted offsets are on the disk. If one offset is refused, the other offsets are still stored. */
export async function offsetCommit(
  request: OffsetCommitRequest,
  context: RequestContext,
): Promise<OffsetCommitResponse> {
  const refusal = context.coordinator.checkCommit(request);
  const accepted: CommittedOffset[] = [];
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((partition) => {
      const errorCode = refusal || refuseOffset(name, partition, context);
      if (!errorCode) accepted.push(toCommittedOffset(name, partition));
      return { partitionIndex: partition.partitionIndex, errorCode };
    }),
  }));
  const failure = await commit(request.groupId, accepted, context);
  return { topics: failure ? topics.map((topic) => withError(topic, failure)) : topics };
}

/**
 * Answers with committed offsets of a group. If the request lists no topics, the answer has the offsets of
 * all topics.
 */
export function offsetFetch(
  request: OffsetFetchRequest,
  { coordinator }: RequestContext,
): OffsetFetchResponse {
  const { offsets } = coordinator;
  if (request.topics === null) return { topics: allOffsets(request.groupId, offsets) };
  const topics = request.topics.map(({ name, partitionIndexes }) => ({
    name,
    partitions: [...new Set(partitionIndexes)].map((index) => {
      return toFetchedOffset(index, offsets.get(request.groupId, name, index));
    }),
  }));
  return { topics };
}

export function describeGroups(
  { groups }: DescribeGroupsRequest,
  { coordinator }: RequestContext,
): DescribeGroupsResponse {
  return { groups: [...new Set(groups)].map((groupId) => coordinator.describe(groupId)) };
}

export function listGroups(_: ListGroupsRequest, { coordinator }: RequestContext): ListGroupsResponse {
  return { errorCode: ERRORS.NONE, groups: coordinator.list() };
}

export async function deleteGroups(
  { groupsNames }: DeleteGroupsRequest,
  { coordinator, log }: RequestContext,
): Promise<DeleteGroupsResponse> {
  const results: { groupId: string; errorCode: ErrorCode }[] = [];
  for (const groupId of groupsNames) {
    results.push({ groupId, errorCode: await storageErrorOf(coordinator.delete(groupId), log) });
  }
  return { results };
}

function refuseOffset(topic: string, offset: OffsetToCommit, { topics }: RequestContext): ErrorCode {
  if (!topics.partition(topic, offset.partitionIndex)) return ERRORS.UNKNOWN_TOPIC_OR_PARTITION;
  const metadataBytes = Buffer.byteLength(offset.committedMetadata ?? '');
  return metadataBytes > MAX_OFFSET_METADATA_BYTES ? ERRORS.OFFSET_METADATA_TOO_LARGE : ERRORS.NONE;
}

function toCommittedOffset(topic: string, offset: OffsetToCommit): CommittedOffset {
  return {
    topic,
    partition: offset.partitionIndex,
    offset: offset.committedOffset,
    leaderEpoch: offset.committedLeaderEpoch,
    metadata: offset.committedMetadata,
  };
}

async function commit(
  groupId: string,
  accepted: readonly CommittedOffset[],
  { coordinator, log }: RequestContext,
): Promise<ErrorCode> {
  if (accepted.length === 0) return ERRORS.NONE;
  if (!coordinator.offsets.hasRoomFor(groupId, accepted)) return ERRORS.POLICY_VIOLATION;
  const committed = coordinator.offsets.commit(groupId, accepted);
  return storageErrorOf(
    committed.then(() => ERRORS.NONE),
    log,
  );
}

async function storageErrorOf(result: Promise<ErrorCode>, log: (line: string) => void): Promise<ErrorCode> {
  try {
    return await result;
  } catch (error) {
    if (!isStorageFailure(error)) throw error;
    log(`cannot write the offsets journal: ${error.message}`);
    return ERRORS.KAFKA_STORAGE_ERROR;
  }
}

type CommittedTopic = OffsetCommitResponse['topics'][number];

/** Replaces the result of every accepted offset by the error. */
function withError({ name, partitions }: CommittedTopic, errorCode: ErrorCode): CommittedTopic {
  return {
    name,
    partitions: partitions.map((partition) => ({
      ...partition,
      errorCode: partition.errorCode || errorCode,
    })),
  };
}

function allOffsets(groupId: string, offsets: CommittedOffsets): OffsetFetchResponse['topics'] {
  const byTopic = new Map<string, FetchedOffset[]>();
  for (const committed of offsets.all(groupId)) {
    const partitions = byTopic.get(committed.topic) ?? [];
    partitions.push(toFetchedOffset(committed.partition, committed));
    byTopic.set(committed.topic, partitions);
  }
  return [...byTopic].map(([name, partitions]) => ({ name, partitions }));
}

function toFetchedOffset(partitionIndex: number, committed: CommittedOffset | undefined): FetchedOffset {
  return {
    partitionIndex,
    committedOffset: committed?.offset ?? -1,
    committedLeaderEpoch: committed?.leaderEpoch ?? -1,
    metadata: committed?.metadata ?? '',
    errorCode: ERRORS.NONE,
  };
}
