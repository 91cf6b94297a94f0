import type {
  HeartbeatRequest,
  HeartbeatResponse,
  JoinGroupRequest,
  JoinGroupResponse,
  LeaveGroupRequest,
  LeaveGroupResponse,
  SyncGroupRequest,
  SyncGroupResponse,
} from '../wire/apis/membership.ts';
import { ERRORS } from '../wire/errors.ts';
import type { RequestContext } from './handler.ts';

const FIRST_VERSION_WITH_MEMBERS = 3;

export function joinGroup(
  request: JoinGroupRequest,
  { coordinator, client, version }: RequestContext,
): Promise<JoinGroupResponse> {
  return coordinator.join(request, client, version);
}

export function syncGroup(
  request: SyncGroupRequest,
  { coordinator }: RequestContext,
): Promise<SyncGroupResponse> {
  return coordinator.sync(request);
}

export function heartbeat(request: HeartbeatRequest, { coordinator }: RequestContext): HeartbeatResponse {
  return { errorCode: coordinator.heartbeat(request) };
}

export function leaveGroup(
  { groupId, memberId, members }: LeaveGroupRequest,
  { coordinator, version }: RequestContext,
): LeaveGroupResponse {
  if (version < FIRST_VERSION_WITH_MEMBERS) return { errorCode: coordinator.leave(groupId, memberId) };
  return {
    errorCode: ERRORS.NONE,
    members: members.map((member) => ({ ...member, errorCode: coordinator.leave(groupId, member.memberId) })),
  };
}
