import { Allowance } from '../allowance.ts';
import { MAX_GROUPS, MAX_GROUPS_BYTES } from '../limits.ts';
import type { DescribedGroup } from '../wire/apis/groups.ts';
import type {
  JoinGroupRequest,
  JoinGroupResponse,
  SyncGroupRequest,
  SyncGroupResponse,
} from '../wire/apis/membership.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';
import type { CommittedOffsets } from './committed-offsets.ts';
import { Group } from './group.ts';
import { type Client, joinFailure, syncFailure } from './member.ts';

interface FromMember {
  readonly groupId: string;
  readonly memberId: string;
  readonly generationId: number;
}

/** All groups. Members are kept in memory, committed offsets on disk. */
export class GroupCoordinator {
  readonly offsets: CommittedOffsets;
  readonly #groups = new Map<string, Group>();
  readonly #allowance = new Allowance(MAX_GROUPS_BYTES);

  constructor(offsets: CommittedOffsets) {
    this.offsets = offsets;
  }

  async join(request: JoinGroupRequest, client: Client, version: number): Promise<JoinGroupResponse> {
    const { groupId, memberId } = request;
    if (groupId === '') return joinFailure(ERRORS.INVALID_GROUP_ID, memberId);
    if (!this.#groups.has(groupId) && memberId !== '') return joinFailure(ERRORS.UNKNOWN_MEMBER_ID, memberId);
    const group = this.#groups.get(groupId) ?? this.#create(groupId);
    if (!group) return joinFailure(ERRORS.GROUP_MAX_SIZE_REACHED, memberId);
    return group.join(request, client, version);
  }

  async sync(request: SyncGroupRequest): Promise<SyncGroupResponse> {
    const group = this.#groups.get(request.groupId);
    return group ? group.sync(request) : syncFailure(ERRORS.UNKNOWN_MEMBER_ID);
  }

  heartbeat(request: FromMember): ErrorCode {
    return this.#groups.get(request.groupId)?.heartbeat(request) ?? ERRORS.UNKNOWN_MEMBER_ID;
  }

  leave(groupId: string, memberId: string): ErrorCode {
    return this.#groups.get(groupId)?.leave(memberId) ?? ERRORS.UNKNOWN_MEMBER_ID;
  }

  /** Returns NONE if the sender of the request may commit offsets for the group now, otherwise the error. */
  checkCommit(request: FromMember): ErrorCode {
    if (request.groupId === '') return ERRORS.INVALID_GROUP_ID;
    const group = this.#groups.get(request.groupId);
    if (group) return group.checkCommit(request);
    if (request.generationId >= 0) return ERRORS.UNKNOWN_MEMBER_ID;
    return this.#hasRoom(request.groupId) ? ERRORS.NONE : ERRORS.POLICY_VIOLATION;
  }

  list(): { groupId: string; protocolType: string }[] {
    return [...this.#ids()].map((groupId) => ({
      groupId,
      protocolType: this.describe(groupId).protocolType,
    }));
  }

  describe(groupId: string): DescribedGroup {
    const group = this.#groups.get(groupId);
    if (group) return group.describe();
    const groupState = this.offsets.has(groupId) ? 'Empty' : 'Dead';
    return { errorCode: ERRORS.NONE, groupId, groupState, protocolType: '', protocolData: '', members: [] };
  }

  /** Removes a group that has no members, and its offsets. Rejects with the disk's error. */
  async delete(groupId: string): Promise<ErrorCode> {
    const group = this.#groups.get(groupId);
    if (group && !group.isEmpty) return ERRORS.NON_EMPTY_GROUP;
    if (!group && !this.offsets.has(groupId)) return ERRORS.GROUP_ID_NOT_FOUND;
    await this.offsets.deleteGroup(groupId);
    return ERRORS.NONE;
  }

  /** Answers all members that wait for a rebalance. */
  close(): void {
    for (const group of this.#groups.values()) group.close();
    this.#groups.clear();
  }

  /**
   * Removes the offsets of groups that had neither a member nor a commit for `retentionMs`. Resolves with the number of
   * these groups.
   */
  async expireOffsets(retentionMs: number): Promise<number> {
    for (const groupId of this.#groups.keys()) this.offsets.touch(groupId);
    const expired = this.offsets.idleSince(Date.now() - retentionMs);
    await Promise.all(expired.map((groupId) => this.offsets.deleteGroup(groupId)));
    return expired.length;
  }

  #create(groupId: string): Group | undefined {
    if (!this.#hasRoom(groupId)) return undefined;
    const group = new Group(groupId, this.#allowance, () => {
      this.#groups.delete(groupId);
      this.offsets.touch(groupId);
    });
    this.#groups.set(groupId, group);
    return group;
  }

  /**
   * Whether one more group is allowed. A group with both members and offsets is counted twice, because the limit need
   * not be exact.
   */
  #hasRoom(groupId: string): boolean {
    return this.offsets.has(groupId) || this.#groups.size + this.offsets.groupCount < MAX_GROUPS;
  }

  #ids(): Set<string> {
    return new Set([...this.#groups.keys(), ...this.offsets.groups()]);
  }
}
