import { isStorageFailure } from '../error.ts';
import type { ChangeResult } from '../topics/topics.ts';
import type {
  CreatableTopic,
  CreatePartitionsRequest,
  CreatePartitionsResponse,
  CreateTopicsRequest,
  CreateTopicsResponse,
  DeletedPartition,
  DeleteRecordsRequest,
  DeleteRecordsResponse,
  DeleteTopicsRequest,
  DeleteTopicsResponse,
} from '../wire/apis/topics.ts';
import { ERRORS } from '../wire/errors.ts';
import { NODE_ID, type RequestContext } from './handler.ts';

/**
 * Creates topics one after the other. The broker has fixed configs, which DescribeConfigs lists, so the configs in the
 * request are ignored.
 */
export async function createTopics(
  request: CreateTopicsRequest,
  { topics }: RequestContext,
): Promise<CreateTopicsResponse> {
  const results: ({ name: string } & ChangeResult)[] = [];
  for (const topic of request.topics) {
    const refusal = refuseCreation(topic);
    const result = refusal ?? (await topics.create(topic.name, partitionCount(topic), request.validateOnly));
    results.push({ name: topic.name, ...result });
  }
  return { topics: results };
}

export async function deleteTopics(
  { topicNames }: DeleteTopicsRequest,
  context: RequestContext,
): Promise<DeleteTopicsResponse> {
  const responses: { name: string; errorCode: number }[] = [];
  for (const name of topicNames) responses.push({ name, errorCode: await deleteTopic(name, context) });
  return { responses };
}

export async function createPartitions(
  { topics: wanted, validateOnly }: CreatePartitionsRequest,
  { topics }: RequestContext,
): Promise<CreatePartitionsResponse> {
  const results: ({ name: string } & ChangeResult)[] = [];
  for (const { name, count } of wanted) {
    results.push({ name, ...(await topics.extend(name, count, validateOnly)) });
  }
  return { results };
}

export async function deleteRecords(
  { topics: wanted }: DeleteRecordsRequest,
  context: RequestContext,
): Promise<DeleteRecordsResponse> {
  const topics: { name: string; partitions: DeletedPartition[] }[] = [];
  for (const { name, partitions } of wanted) {
    topics.push({ name, partitions: await deleteBefore(name, partitions, context) });
  }
  return { topics };
}

/**
 * Removes the topic's committed offsets before the topic. If their removal fails, the topic still exists and
 * the client can repeat the deletion.
 */
async function deleteTopic(name: string, { topics, coordinator, log }: RequestContext): Promise<number> {
  try {
    if (topics.get(name)) await coordinator.offsets.deleteTopic(name);
  } catch (error) {
    if (!isStorageFailure(error)) throw error;
    log(`cannot delete a topic: ${error.message}`);
    return ERRORS.KAFKA_STORAGE_ERROR;
  }
  return (await topics.delete(name)).errorCode;
}

/** Moves the log start offsets of a topic forward. Writes the topic's description only once for all partitions. */
async function deleteBefore(
  name: string,
  partitions: readonly { partitionIndex: number; offset: number }[],
  { topics }: RequestContext,
): Promise<DeletedPartition[]> {
  const errors = await topics.deleteRecords(name, partitions);
  return partitions.map(({ partitionIndex }, index) => {
    const errorCode = errors[index] ?? ERRORS.NONE;
    const lowWatermark = errorCode ? -1 : (topics.partition(name, partitionIndex)?.logStartOffset ?? -1);
    return { partitionIndex, lowWatermark, errorCode };
  });
}

function partitionCount({ numPartitions, assignments }: CreatableTopic): number {
  return assignments.length > 0 ? assignments.length : numPartitions;
}

function refuseCreation({
  assignments,
  numPartitions,
  replicationFactor,
}: CreatableTopic): ChangeResult | undefined {
  if (assignments.length === 0) {
    if (replicationFactor === 1 || replicationFactor === -1) return undefined;
    return {
      errorCode: ERRORS.INVALID_REPLICATION_FACTOR,
      errorMessage: 'This cluster has only one broker.',
    };
  }
  if (numPartitions !== -1 || replicationFactor !== -1) {
    return {
      errorCode: ERRORS.INVALID_REQUEST,
      errorMessage: 'With assignments, the number of partitions and the replication factor must be -1.',
    };
  }
  const indexes = new Set(assignments.map(({ partitionIndex }) => partitionIndex));
  const consecutive = assignments.every((_, index) => indexes.has(index));
  const onThisNode = assignments.every(({ brokerIds }) => brokerIds.length === 1 && brokerIds[0] === NODE_ID);
  if (consecutive && onThisNode) return undefined;
  return {
    errorCode: ERRORS.INVALID_REPLICA_ASSIGNMENT,
    errorMessage: `Replicas can only be assigned to broker ${NODE_ID}.`,
  };
}
