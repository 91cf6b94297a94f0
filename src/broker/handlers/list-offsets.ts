import { isStorageFailure } from '../error.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import type {
  ListedPartition,
  ListedPartitionRequest,
  ListOffsetsRequest,
  ListOffsetsResponse,
} from '../wire/apis/records.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';
import type { RequestContext } from './handler.ts';
import { checkLeaderEpoch, LEADER_EPOCH } from './leader-epoch.ts';

const LATEST = -1;
const EARLIEST = -2;
const NOTHING = { timestamp: -1, offset: -1, leaderEpoch: -1 };

/**
 * Answers for each partition with the requested offset: the end, the start, or the first offset that was
 * appended at a time or later. The answer is −1 if no such record exists.
 */
export async function listOffsets(
  { topics }: ListOffsetsRequest,
  context: RequestContext,
): Promise<ListOffsetsResponse> {
  const seen = new Set<PartitionLog>();
  const listed: ListOffsetsResponse['topics'][number][] = [];
  for (const { name, partitions } of topics) {
    const answers: ListedPartition[] = [];
    // Search one partition at a time, because each search can read a part of its log into memory.
    for (const partition of partitions) {
      const log = context.topics.partition(name, partition.partitionIndex);
      const isRepeated = log !== undefined && seen.has(log);
      if (log) seen.add(log);
      answers.push(
        isRepeated ? failure(partition.partitionIndex, ERRORS.INVALID_REQUEST) : await list(partition, log),
      );
    }
    listed.push({ name, partitions: answers });
  }
  return { topics: listed };
}

async function list(
  request: ListedPartitionRequest,
  log: PartitionLog | undefined,
): Promise<ListedPartition> {
  const { partitionIndex, timestamp } = request;
  const epochError = checkLeaderEpoch(request.currentLeaderEpoch);
  if (!log || epochError) return failure(partitionIndex, epochError || ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
  if (timestamp === LATEST) return found(partitionIndex, log.highWatermark);
  if (timestamp === EARLIEST) return found(partitionIndex, log.logStartOffset);
  if (timestamp < 0) return failure(partitionIndex, ERRORS.INVALID_REQUEST);
  return findByTime(partitionIndex, timestamp, log);
}

async function findByTime(index: number, timestamp: number, log: PartitionLog): Promise<ListedPartition> {
  try {
    const batch = await log.findTimestamp(timestamp);
    if (!batch) return failure(index, ERRORS.NONE);
    return found(index, batch.offset, batch.timestampMs);
  } catch (error) {
    if (!isStorageFailure(error)) throw error;
    return failure(index, ERRORS.KAFKA_STORAGE_ERROR);
  }
}

function found(partitionIndex: number, offset: number, timestamp = -1): ListedPartition {
  return { partitionIndex, errorCode: ERRORS.NONE, timestamp, offset, leaderEpoch: LEADER_EPOCH };
}

function failure(partitionIndex: number, errorCode: ErrorCode): ListedPartition {
  return { partitionIndex, errorCode, ...NOTHING };
}
