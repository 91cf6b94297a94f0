import type { Topic } from '../topics/topic.ts';
import { isTopicName } from '../topics/topic-name.ts';
import type {
  FindCoordinatorRequest,
  FindCoordinatorResponse,
  MetadataRequest,
  MetadataResponse,
  MetadataTopic,
} from '../wire/apis/cluster.ts';
import type { InitProducerIdRequest, InitProducerIdResponse } from '../wire/apis/records.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';
import { NODE_ID, type RequestContext } from './handler.ts';
import { LEADER_EPOCH } from './leader-epoch.ts';

const GROUP_KEY = 0;

/** Describes the requested topics. Creates missing topics if the client allows it. */
export async function metadata(request: MetadataRequest, context: RequestContext): Promise<MetadataResponse> {
  return {
    brokers: [{ nodeId: NODE_ID, ...context.endpoint }],
    clusterId: context.identity.clusterId,
    controllerId: NODE_ID,
    topics: await describeTopics(request, context),
  };
}

/**
 * Names this broker as the coordinator of every group. A request for a transaction's coordinator gets an error that
 * clients do not retry, because the broker has no transactions.
 */
export function findCoordinator(
  request: FindCoordinatorRequest,
  context: RequestContext,
): FindCoordinatorResponse {
  if (request.keyType === GROUP_KEY) {
    return { errorCode: ERRORS.NONE, nodeId: NODE_ID, ...context.endpoint };
  }
  const errorMessage = 'This broker has no transactions.';
  const errorCode = ERRORS.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
  return { errorCode, errorMessage, nodeId: -1, host: '', port: -1 };
}

export function initProducerId(
  { transactionalId }: InitProducerIdRequest,
  { producerIds }: RequestContext,
): InitProducerIdResponse {
  if (transactionalId === null) {
    return { errorCode: ERRORS.NONE, producerId: producerIds.take(), producerEpoch: 0 };
  }
  return {
    errorCode: ERRORS.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    producerId: -1,
    producerEpoch: -1,
  };
}

/**
 * Describes the requested topics. A null list requests all topics. In version 0, which has no null list, an empty list
 * requests all topics.
 */
async function describeTopics(request: MetadataRequest, context: RequestContext): Promise<MetadataTopic[]> {
  const { topics, version } = context;
  const wantsAll = request.topics === null || (version === 0 && request.topics.length === 0);
  if (wantsAll) return topics.all().map(describe);
  const described: MetadataTopic[] = [];
  for (const name of new Set(request.topics)) described.push(await find(name, request, context));
  return described;
}

async function find(
  name: string,
  { allowAutoTopicCreation }: MetadataRequest,
  { topics }: RequestContext,
): Promise<MetadataTopic> {
  const present = topics.get(name);
  if (present) return describe(present);
  if (!isTopicName(name)) return missing(name, ERRORS.INVALID_TOPIC_EXCEPTION);
  if (!allowAutoTopicCreation) return missing(name, ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
  const { errorCode } = await topics.create(name, -1);
  const created = topics.get(name);
  return created ? describe(created) : missing(name, errorCode || ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
}

function missing(name: string, errorCode: ErrorCode): MetadataTopic {
  return { errorCode, name, partitions: [] };
}

function describe({ name, partitions }: Topic): MetadataTopic {
  return {
    errorCode: ERRORS.NONE,
    name,
    partitions: partitions.map((_, partitionIndex) => ({
      errorCode: ERRORS.NONE,
      partitionIndex,
      leaderId: NODE_ID,
      leaderEpoch: LEADER_EPOCH,
      replicaNodes: [NODE_ID],
      isrNodes: [NODE_ID],
    })),
  };
}
