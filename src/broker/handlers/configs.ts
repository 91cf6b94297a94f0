import { MAX_BATCH_BYTES, MAX_FRAME_BYTES } from '../limits.ts';
import type {
  DescribeConfigsRequest,
  DescribeConfigsResponse,
  DescribedResource,
} from '../wire/apis/cluster.ts';
import { ERRORS } from '../wire/errors.ts';
import { NODE_ID, type RequestContext } from './handler.ts';

const TOPIC_RESOURCE = 2;
const BROKER_RESOURCE = 4;
/** Kafka's number for ConfigSource.STATIC_BROKER_CONFIG: a value that is set at start and never changes. */
const STATIC_BROKER_CONFIG = 4;

/** The fixed behavior of this broker, written as Kafka's topic configs. */
const TOPIC_CONFIGS = {
  'cleanup.policy': 'delete',
  'max.message.bytes': String(MAX_BATCH_BYTES),
  'message.timestamp.type': 'LogAppendTime',
  'retention.bytes': '-1',
  'retention.ms': '-1',
};

const BROKER_CONFIGS = {
  'auto.create.topics.enable': 'true',
  'default.replication.factor': '1',
  'log.message.timestamp.type': 'LogAppendTime',
  'log.retention.ms': '-1',
  'message.max.bytes': String(MAX_BATCH_BYTES),
  'socket.request.max.bytes': String(MAX_FRAME_BYTES),
};

type Resource = DescribeConfigsRequest['resources'][number];

export function describeConfigs(
  { resources }: DescribeConfigsRequest,
  context: RequestContext,
): DescribeConfigsResponse {
  return { results: resources.map((resource) => describe(resource, context)) };
}

function describe(resource: Resource, { topics }: RequestContext): DescribedResource {
  const { resourceType, resourceName } = resource;
  if (resourceType === TOPIC_RESOURCE) {
    if (topics.get(resourceName)) return describeAll(resource, TOPIC_CONFIGS);
    return { ...failure(resource), errorCode: ERRORS.UNKNOWN_TOPIC_OR_PARTITION };
  }
  const isThisBroker = resourceType === BROKER_RESOURCE && resourceName === String(NODE_ID);
  return isThisBroker ? describeAll(resource, BROKER_CONFIGS) : failure(resource);
}

function describeAll(resource: Resource, configs: Readonly<Record<string, string>>): DescribedResource {
  const { resourceType, resourceName, configurationKeys } = resource;
  const wanted = Object.entries(configs).filter(([name]) => configurationKeys?.includes(name) ?? true);
  return {
    errorCode: ERRORS.NONE,
    errorMessage: null,
    resourceType,
    resourceName,
    configs: wanted.map(([name, value]) => ({
      name,
      value,
      readOnly: true,
      configSource: STATIC_BROKER_CONFIG,
      isSensitive: false,
    })),
  };
}

function failure({ resourceType, resourceName }: Resource): DescribedResource {
  return { errorCode: ERRORS.INVALID_REQUEST, errorMessage: null, resourceType, resourceName, configs: [] };
}
