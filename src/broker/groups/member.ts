import { randomUUID } from 'node:crypto';
import type { DescribedGroup } from '../wire/apis/groups.ts';
import type {
  JoinGroupRequest,
  JoinGroupResponse,
  SyncGroupRequest,
  SyncGroupResponse,
} from '../wire/apis/membership.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';

/** From this version of JoinGroup on, a new member first gets an id, and joins with it in a second request (KIP-394). */
export const MEMBER_ID_REQUIRED_SINCE = 4;
const MAX_CLIENT_ID_CHARACTERS = 100;

export interface Client {
  readonly clientId: string;
  readonly clientHost: string;
}

export interface Protocol {
  readonly name: string;
  readonly metadata: Buffer;
}

export interface Member extends Client {
  readonly id: string;
  readonly groupInstanceId: string | null;
  readonly rebalanceTimeoutMs: number;
  /** Assignment protocols of the member, in its order of preference. */
  protocols: readonly Protocol[];
  assignment: Buffer;
  /**
   * Answers the JoinGroup request (`joining`) or SyncGroup request (`syncing`) that waits. Undefined if none of these
   * requests waits.
   */
  joining: ((response: JoinGroupResponse) => void) | undefined;
  syncing: ((response: SyncGroupResponse) => void) | undefined;
  readonly sessionTimer: NodeJS.Timeout;
  /** Memory of the member and its assignment. This memory counts towards the memory limit for all groups. */
  weightBytes: number;
}

/**
 * Memory of a member's objects and timer, measured on Node 20 and rounded up. JavaScript uses up to two bytes for each
 * character of a text.
 */
export const MEMBER_BYTES = 1_024;
const CHARACTER_BYTES = 2;
const PROTOCOL_BYTES = 128;

/** Creates a new id that contains the client id, so that people can recognize the client in logs. */
export function newMemberId({ clientId }: Client): string {
  return `${clientId.slice(0, MAX_CLIENT_ID_CHARACTERS)}-${randomUUID()}`;
}

/**
 * Returns the protocol that most members prefer, among the protocols that all members support. Undefined if the members
 * have no protocol in common.
 */
export function chooseProtocol(members: readonly Pick<Member, 'protocols'>[]): string | undefined {
  const common = commonProtocols(members);
  const votes = new Map<string, number>();
  for (const { protocols } of members) {
    const choice = protocols.find(({ name }) => common.has(name))?.name;
    if (choice !== undefined) votes.set(choice, (votes.get(choice) ?? 0) + 1);
  }
  return [...votes].sort(([, one], [, other]) => other - one)[0]?.[0];
}

export function commonProtocols(members: readonly Pick<Member, 'protocols'>[]): Set<string> {
  const counts = new Map<string, number>();
  for (const { protocols } of members) {
    for (const name of new Set(protocols.map((protocol) => protocol.name))) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return new Set([...counts].filter(([, count]) => count === members.length).map(([name]) => name));
}

/**
 * Returns the memory of a member that joins with this request, without its assignment. This memory counts towards the
 * limit for all groups.
 */
export function joinedBytes(request: JoinGroupRequest, { clientId, clientHost }: Client): number {
  const texts = [request.groupId, request.protocolType, request.groupInstanceId ?? '', clientId, clientHost];
  const names = request.protocols.map(({ name }) => name);
  const characters = [...texts, ...names].reduce((sum, text) => sum + text.length, 0);
  return MEMBER_BYTES + CHARACTER_BYTES * characters + protocolBytes(request.protocols);
}

function metadataFor({ protocols }: Member, name: string): Buffer {
  return protocols.find((protocol) => protocol.name === name)?.metadata ?? Buffer.alloc(0);
}

export function sameProtocols(one: readonly Protocol[], other: readonly Protocol[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ name, metadata }, index) => {
      const counterpart = other[index];
      return counterpart?.name === name && counterpart.metadata.equals(metadata);
    })
  );
}

/** Copies the protocols, so that a member does not keep the whole request frame in memory. */
export function protocolsOf(request: JoinGroupRequest): Protocol[] {
  return request.protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) }));
}

export function protocolBytes(protocols: readonly Protocol[]): number {
  return protocols.reduce((sum, { metadata }) => sum + metadata.length + PROTOCOL_BYTES, 0);
}

export function describeMember(member: Member, protocolName: string): DescribedGroup['members'][number] {
  return {
    memberId: member.id,
    groupInstanceId: member.groupInstanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    memberMetadata: metadataFor(member, protocolName),
    memberAssignment: member.assignment,
  };
}

/** What the group's leader needs to know about a member: its id and its subscription. */
export function subscriptionOf(member: Member, protocolName: string): JoinGroupResponse['members'][number] {
  const { id: memberId, groupInstanceId } = member;
  return { memberId, groupInstanceId, metadata: metadataFor(member, protocolName) };
}

export function assignedBytes({ assignments }: SyncGroupRequest): number {
  return assignments.reduce((sum, { assignment }) => sum + assignment.length, 0);
}

/** Resolves with the answer to the member's JoinGroup. If an earlier JoinGroup still waits, answers it now. */
export function awaitJoin(member: Member): Promise<JoinGroupResponse> {
  answerJoin(member, joinFailure(ERRORS.REBALANCE_IN_PROGRESS, member.id));
  return new Promise((resolve) => {
    member.joining = resolve;
  });
}

/** Resolves with the answer to the member's SyncGroup. If an earlier SyncGroup still waits, answers it now. */
export function awaitSync(member: Member): Promise<SyncGroupResponse> {
  answerSync(member, syncFailure(ERRORS.REBALANCE_IN_PROGRESS));
  return new Promise((resolve) => {
    member.syncing = resolve;
  });
}

export function answerJoin(member: Member, response: JoinGroupResponse): void {
  member.joining?.(response);
  member.joining = undefined;
  member.sessionTimer.refresh();
}

export function answerSync(member: Member, response: SyncGroupResponse): void {
  member.syncing?.(response);
  member.syncing = undefined;
  member.sessionTimer.refresh();
}

/** Answers the waiting requests of a removed member with the error. The member's session timer stays stopped. */
export function failWaiting(member: Member, errorCode: ErrorCode): void {
  member.joining?.(joinFailure(errorCode, member.id));
  member.syncing?.(syncFailure(errorCode));
}

export function joinFailure(errorCode: ErrorCode, memberId: string): JoinGroupResponse {
  return { errorCode, generationId: -1, protocolName: '', leader: '', memberId, members: [] };
}

export function syncFailure(errorCode: ErrorCode): SyncGroupResponse {
  return { errorCode, assignment: Buffer.alloc(0) };
}
