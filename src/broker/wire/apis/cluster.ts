/**
 * Requests for metadata of the cluster. Kafka defines these requests in ApiVersionsRequest.json, MetadataRequest.json,
 * FindCoordinatorRequest.json and DescribeConfigsRequest.json.
 */
import type { Api } from '../api.ts';
import { array, type In, nullableArray, type Out, since, struct } from '../schema.ts';
import { boolean, int8, int16, int32, nullableString, string } from '../types.ts';

/** Kafka's value for authorized operations that the client did not request. */
export const NO_AUTHORIZED_OPERATIONS = -2_147_483_648;

const apiVersionsRequest = struct({});

const apiVersionsResponse = struct({
  errorCode: int16,
  apiKeys: array(struct({ apiKey: int16, minVersion: int16, maxVersion: int16 })),
  throttleTimeMs: since(1, int32, 0),
});

export type ApiVersionsRequest = Out<typeof apiVersionsRequest>;
export type ApiVersionsResponse = In<typeof apiVersionsResponse>;

export const apiVersions = {
  name: 'ApiVersions',
  key: 18,
  versions: [0, 2],
  request: apiVersionsRequest,
  response: apiVersionsResponse,
} satisfies Api<ApiVersionsRequest, ApiVersionsResponse>;

const metadataRequest = struct({
  topics: nullableArray(string),
  allowAutoTopicCreation: since(4, boolean, true),
  includeClusterAuthorizedOperations: since(8, boolean, false),
  includeTopicAuthorizedOperations: since(8, boolean, false),
});

const metadataPartition = struct({
  errorCode: int16,
  partitionIndex: int32,
  leaderId: int32,
  leaderEpoch: since(7, int32, -1),
  replicaNodes: array(int32),
  isrNodes: array(int32),
  offlineReplicas: since(5, array(int32), []),
});

const metadataTopic = struct({
  errorCode: int16,
  name: string,
  isInternal: since(1, boolean, false),
  partitions: array(metadataPartition),
  topicAuthorizedOperations: since(8, int32, NO_AUTHORIZED_OPERATIONS),
});

const metadataResponse = struct({
  throttleTimeMs: since(3, int32, 0),
  brokers: array(struct({ nodeId: int32, host: string, port: int32, rack: since(1, nullableString, null) })),
  clusterId: since(2, nullableString, null),
  controllerId: since(1, int32, -1),
  topics: array(metadataTopic),
  clusterAuthorizedOperations: since(8, int32, NO_AUTHORIZED_OPERATIONS),
});

export type MetadataRequest = Out<typeof metadataRequest>;
export type MetadataResponse = In<typeof metadataResponse>;
export type MetadataTopic = In<typeof metadataTopic>;

export const metadata = {
  name: 'Metadata',
  key: 3,
  versions: [0, 8],
  request: metadataRequest,
  response: metadataResponse,
} satisfies Api<MetadataRequest, MetadataResponse>;

const findCoordinatorRequest = struct({ key: string, keyType: since(1, int8, 0) });

const findCoordinatorResponse = struct({
  throttleTimeMs: since(1, int32, 0),
  errorCode: int16,
  errorMessage: since(1, nullableString, null),
  nodeId: int32,
  host: string,
  port: int32,
});

export type FindCoordinatorRequest = Out<typeof findCoordinatorRequest>;
export type FindCoordinatorResponse = In<typeof findCoordinatorResponse>;

export const findCoordinator = {
  name: 'FindCoordinator',
  key: 10,
  versions: [0, 2],
  request: findCoordinatorRequest,
  response: findCoordinatorResponse,
} satisfies Api<FindCoordinatorRequest, FindCoordinatorResponse>;

const describeConfigsRequest = struct({
  resources: array(
    struct({ resourceType: int8, resourceName: string, configurationKeys: nullableArray(string) }),
  ),
  includeSynonyms: since(1, boolean, false),
  includeDocumentation: since(3, boolean, false),
});

const describedConfig = struct({
  name: string,
  value: nullableString,
  readOnly: boolean,
  configSource: int8,
  isSensitive: boolean,
  synonyms: since(1, array(struct({ name: string, value: nullableString, source: int8 })), []),
  configType: since(3, int8, 0),
  documentation: since(3, nullableString, null),
});

const describedResource = struct({
  errorCode: int16,
  errorMessage: nullableString,
  resourceType: int8,
  resourceName: string,
  configs: array(describedConfig),
});

const describeConfigsResponse = struct({
  throttleTimeMs: since(0, int32, 0),
  results: array(describedResource),
});

export type DescribeConfigsRequest = Out<typeof describeConfigsRequest>;
export type DescribeConfigsResponse = In<typeof describeConfigsResponse>;
export type DescribedResource = In<typeof describedResource>;

export const describeConfigs = {
  name: 'DescribeConfigs',
  key: 32,
  versions: [1, 3],
  request: describeConfigsRequest,
  response: describeConfigsResponse,
} satisfies Api<DescribeConfigsRequest, DescribeConfigsResponse>;
