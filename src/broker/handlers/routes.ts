import * as cluster from '../wire/apis/cluster.ts';
import * as groups from '../wire/apis/groups.ts';
import * as membership from '../wire/apis/membership.ts';
import * as records from '../wire/apis/records.ts';
import * as topics from '../wire/apis/topics.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';
import { findCoordinator, initProducerId, metadata } from './cluster.ts';
import { describeConfigs } from './configs.ts';
import { fetch } from './fetch.ts';
import { deleteGroups, describeGroups, listGroups, offsetCommit, offsetFetch } from './groups.ts';
import { type Route, route } from './handler.ts';
import { listOffsets } from './list-offsets.ts';
import { heartbeat, joinGroup, leaveGroup, syncGroup } from './membership.ts';
import { produce } from './produce.ts';
import { createPartitions, createTopics, deleteRecords, deleteTopics } from './topics.ts';

const ROUTES: readonly Route[] = [
  route(records.produce, produce),
  route(records.fetch, fetch),
  route(records.listOffsets, listOffsets),
  route(records.initProducerId, initProducerId),
  route(cluster.apiVersions, () => listApis(ERRORS.NONE)),
  route(cluster.metadata, metadata),
  route(cluster.findCoordinator, findCoordinator),
  route(cluster.describeConfigs, describeConfigs),
  route(topics.createTopics, createTopics),
  route(topics.deleteTopics, deleteTopics),
  route(topics.createPartitions, createPartitions),
  route(topics.deleteRecords, deleteRecords),
  route(membership.joinGroup, joinGroup),
  route(membership.syncGroup, syncGroup),
  route(membership.heartbeat, heartbeat),
  route(membership.leaveGroup, leaveGroup),
  route(groups.offsetCommit, offsetCommit),
  route(groups.offsetFetch, offsetFetch),
  route(groups.describeGroups, describeGroups),
  route(groups.listGroups, listGroups),
  route(groups.deleteGroups, deleteGroups),
];

const BY_KEY = new Map(ROUTES.map((each) => [each.key, each]));

export function findRoute(apiKey: number): Route | undefined {
  return BY_KEY.get(apiKey);
}

export function listApis(errorCode: ErrorCode): cluster.ApiVersionsResponse {
  const apiKeys = ROUTES.map(({ key, versions: [minVersion, maxVersion] }) => {
    return { apiKey: key, minVersion, maxVersion };
  });
  return { errorCode, apiKeys };
}
