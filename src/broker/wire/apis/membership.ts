/**
 * Requests of the members of groups. Kafka defines these requests in JoinGroupRequest.json, SyncGroupRequest.json,
 * HeartbeatRequest.json and LeaveGroupRequest.json.
 */
import type { Api } from '../api.ts';
import { array, type In, inVersions, type Out, since, struct } from '../schema.ts';
import { bytes, int16, int32, nullableString, string } from '../types.ts';

const groupInstanceId = nullableString;

const joinGroupRequest = struct({
  groupId: string,
  sessionTimeoutMs: int32,
  rebalanceTimeoutMs: int32,
  memberId: string,
  groupInstanceId: since(5, groupInstanceId, null),
  protocolType: string,
  protocols: array(struct({ name: string, metadata: bytes })),
});

const joinGroupResponse = struct({
  throttleTimeMs: since(2, int32, 0),
  errorCode: int16,
  generationId: int32,
  protocolName: string,
  leader: string,
  memberId: string,
  members: array(
    struct({ memberId: string, groupInstanceId: since(5, groupInstanceId, null), metadata: bytes }),
  ),
});

export type JoinGroupRequest = Out<typeof joinGroupRequest>;
export type JoinGroupResponse = In<typeof joinGroupResponse>;

export const joinGroup = {
  name: 'JoinGroup',
  key: 11,
  versions: [2, 5],
  request: joinGroupRequest,
  response: joinGroupResponse,
} satisfies Api<JoinGroupRequest, JoinGroupResponse>;

const syncGroupRequest = struct({
  groupId: string,
  generationId: int32,
  memberId: string,
  groupInstanceId: since(3, groupInstanceId, null),
  assignments: array(struct({ memberId: string, assignment: bytes })),
});

const syncGroupResponse = struct({
  throttleTimeMs: since(1, int32, 0),
  errorCode: int16,
  assignment: bytes,
});

export type SyncGroupRequest = Out<typeof syncGroupRequest>;
export type SyncGroupResponse = In<typeof syncGroupResponse>;

export const syncGroup = {
  name: 'SyncGroup',
  key: 14,
  versions: [0, 3],
  request: syncGroupRequest,
  response: syncGroupResponse,
} satisfies Api<SyncGroupRequest, SyncGroupResponse>;

const heartbeatRequest = struct({
  groupId: string,
  generationId: int32,
  memberId: string,
  groupInstanceId: since(3, groupInstanceId, null),
});

const heartbeatResponse = struct({ throttleTimeMs: since(1, int32, 0), errorCode: int16 });

export type HeartbeatRequest = Out<typeof heartbeatRequest>;
export type HeartbeatResponse = In<typeof heartbeatResponse>;

export const heartbeat = {
  name: 'Heartbeat',
  key: 12,
  versions: [0, 3],
  request: heartbeatRequest,
  response: heartbeatResponse,
} satisfies Api<HeartbeatRequest, HeartbeatResponse>;

const leaveGroupRequest = struct({
  groupId: string,
  memberId: inVersions([0, 2], string, ''),
  members: since(3, array(struct({ memberId: string, groupInstanceId })), []),
});

const leaveGroupResponse = struct({
  throttleTimeMs: since(1, int32, 0),
  errorCode: int16,
  members: since(3, array(struct({ memberId: string, groupInstanceId, errorCode: int16 })), []),
});

export type LeaveGroupRequest = Out<typeof leaveGroupRequest>;
export type LeaveGroupResponse = In<typeof leaveGroupResponse>;

export const leaveGroup = {
  name: 'LeaveGroup',
  key: 13,
  versions: [0, 3],
  request: leaveGroupRequest,
  response: leaveGroupResponse,
} satisfies Api<LeaveGroupRequest, LeaveGroupResponse>;
