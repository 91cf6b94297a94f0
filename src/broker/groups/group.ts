import type { Allowance } from '../allowance.ts';
import type { DescribedGroup } from '../wire/apis/groups.ts';
import type {
  JoinGroupRequest,
  JoinGroupResponse,
  SyncGroupRequest,
  SyncGroupResponse,
} from '../wire/apis/membership.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';
import {
  answerJoin,
  answerSync,
  assignedBytes,
  awaitJoin,
  awaitSync,
  type Client,
  chooseProtocol,
  describeMember,
  failWaiting,
  joinFailure,
  MEMBER_ID_REQUIRED_SINCE,
  type Member,
  newMemberId,
  sameProtocols,
  subscriptionOf,
  syncFailure,
} from './member.ts';
import { Members } from './members.ts';

/**
 * Kafka's states of a classic consumer group (GroupMetadata.scala). Kafka's fifth state, Dead, means a group without
 * members and offsets.
 */
type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable';

/** One consumer group: its members, and the partitions that are assigned to them in the current generation. */
export class Group {
  readonly id: string;
  readonly #onEmpty: () => void;
  readonly #members: Members;
  #state: GroupState = 'Empty';
  #generationId = 0;
  #leaderId = '';
  #protocolType = '';
  #protocolName = '';
  #rebalanceTimer: NodeJS.Timeout | undefined;

  /** `onEmpty` is called when the group has neither a member nor a reserved member id. */
  constructor(id: string, allowance: Allowance, onEmpty: () => void) {
    this.id = id;
    this.#members = new Members(allowance);
    this.#onEmpty = onEmpty;
  }

  get isEmpty(): boolean {
    return this.#members.isEmpty;
  }

  /** Resolves with the answer to a JoinGroup request once every member has joined, or at the rebalance timeout. */
  async join(request: JoinGroupRequest, client: Client, version: number): Promise<JoinGroupResponse> {
    const refusal = this.#members.refuse(request, this.#protocolType, client);
    if (refusal) {
      this.#reportIfEmpty();
      return joinFailure(refusal, request.memberId);
    }
    const member = this.#members.get(request.memberId);
    if (member) return this.#rejoin(member, request);
    if (this.#members.takeExpected(request.memberId)) return this.#admit(request.memberId, request, client);
    if (request.memberId !== '') return joinFailure(ERRORS.UNKNOWN_MEMBER_ID, request.memberId);
    const memberId = newMemberId(client);
    if (version < MEMBER_ID_REQUIRED_SINCE || request.groupInstanceId !== null) {
      return this.#admit(memberId, request, client);
    }
    this.#members.expect(memberId, request.sessionTimeoutMs, () => this.#reportIfEmpty());
    return joinFailure(ERRORS.MEMBER_ID_REQUIRED, memberId);
  }

  /** Resolves with the answer to a SyncGroup request, once the group's leader has sent the assignments. */
  async sync(request: SyncGroupRequest): Promise<SyncGroupResponse> {
    const refusal = this.#check(request);
    const member = this.#members.get(request.memberId);
    if (refusal || !member) return syncFailure(refusal || ERRORS.UNKNOWN_MEMBER_ID);
    if (this.#state === 'PreparingRebalance') return syncFailure(ERRORS.REBALANCE_IN_PROGRESS);
    if (this.#state === 'Stable') return { errorCode: ERRORS.NONE, assignment: member.assignment };
    if (!this.#members.hasRoomFor(assignedBytes(request))) return syncFailure(ERRORS.INVALID_REQUEST);
    const answer = awaitSync(member);
    if (member.id === this.#leaderId) this.#assign(request);
    return answer;
  }

  heartbeat(request: { memberId: string; generationId: number }): ErrorCode {
    const refusal = this.#check(request);
    if (refusal) return refusal;
    return this.#state === 'PreparingRebalance' ? ERRORS.REBALANCE_IN_PROGRESS : ERRORS.NONE;
  }

  leave(memberId: string): ErrorCode {
    const member = this.#members.get(memberId);
    const expected = this.#members.takeExpected(memberId);
    if (!member && !expected) return ERRORS.UNKNOWN_MEMBER_ID;
    if (member) this.#remove(member);
    this.#reportIfEmpty();
    return ERRORS.NONE;
  }

  /** A member of the current generation may commit. While the group is empty, any client without a generation may, too. */
  checkCommit(request: { memberId: string; generationId: number }): ErrorCode {
    if (this.isEmpty && request.generationId < 0) return ERRORS.NONE;
    const refusal = this.#check(request);
    if (refusal) return refusal;
    return this.#state === 'CompletingRebalance' ? ERRORS.REBALANCE_IN_PROGRESS : ERRORS.NONE;
  }

  describe(): DescribedGroup {
    return {
      errorCode: ERRORS.NONE,
      groupId: this.id,
      groupState: this.#state,
      protocolType: this.#protocolType,
      protocolData: this.#protocolName,
      members: this.#members.all().map((member) => describeMember(member, this.#protocolName)),
    };
  }

  /** Answers all waiting members and stops all timers. */
  close(): void {
    clearTimeout(this.#rebalanceTimer);
    this.#members.close();
  }

  #admit(memberId: string, request: JoinGroupRequest, client: Client): Promise<JoinGroupResponse> {
    const member = this.#members.add(memberId, request, client, (expired) => this.#remove(expired));
    this.#protocolType = request.protocolType;
    const answer = this.#awaitOthers(member);
    for (const predecessor of this.#members.predecessorsOf(member)) this.#remove(predecessor);
    return answer;
  }

  /**
   * Answers a JoinGroup of a current member. If the member repeats its request because the answer was lost,
   * it gets the same answer again. Any other JoinGroup starts a rebalance.
   */
  #rejoin(member: Member, request: JoinGroupRequest): Promise<JoinGroupResponse> | JoinGroupResponse {
    member.sessionTimer.refresh();
    const unchanged = sameProtocols(member.protocols, request.protocols);
    if (unchanged && this.#state === 'CompletingRebalance') return this.#joined(member);
    if (unchanged && this.#state === 'Stable' && member.id !== this.#leaderId) return this.#joined(member);
    this.#members.update(member, request);
    return this.#awaitOthers(member);
  }

  #awaitOthers(member: Member): Promise<JoinGroupResponse> {
    const answer = awaitJoin(member);
    this.#rebalance();
    return answer;
  }

  /** Starts or continues a rebalance. The rebalance is complete when every member has joined. */
  #rebalance(): void {
    if (this.#state !== 'PreparingRebalance') {
      this.#state = 'PreparingRebalance';
      this.#setRebalanceTimer(() => this.#completeJoin());
      for (const member of this.#members.all()) answerSync(member, syncFailure(ERRORS.REBALANCE_IN_PROGRESS));
    }
    if (this.#members.all().every(({ joining }) => joining)) this.#completeJoin();
  }

  #completeJoin(): void {
    for (const member of this.#members.all()) if (!member.joining) this.#forget(member);
    if (this.isEmpty) {
      this.#becomeEmpty();
      return;
    }
    const members = this.#members.all();
    this.#generationId++;
    this.#protocolName = chooseProtocol(members) ?? '';
    if (!this.#members.get(this.#leaderId)) this.#leaderId = members[0]?.id ?? '';
    this.#state = 'CompletingRebalance';
    this.#setRebalanceTimer(() => this.#removeUnsynced());
    for (const member of members) answerJoin(member, this.#joined(member));
  }

  #joined(member: Member): JoinGroupResponse {
    const isLeader = member.id === this.#leaderId;
    return {
      errorCode: ERRORS.NONE,
      generationId: this.#generationId,
      protocolName: this.#protocolName,
      leader: this.#leaderId,
      memberId: member.id,
      members: isLeader ? this.#members.all().map((each) => subscriptionOf(each, this.#protocolName)) : [],
    };
  }

  #assign({ assignments }: SyncGroupRequest): void {
    const byMember = new Map(assignments.map(({ memberId, assignment }) => [memberId, assignment]));
    clearTimeout(this.#rebalanceTimer);
    this.#state = 'Stable';
    for (const member of this.#members.all()) {
      this.#members.assign(member, Buffer.from(byMember.get(member.id) ?? []));
      answerSync(member, { errorCode: ERRORS.NONE, assignment: member.assignment });
    }
  }

  /** Removes members that did not request their assignment in time, because all other members wait for them. */
  #removeUnsynced(): void {
    for (const member of this.#members.all()) if (!member.syncing) this.#forget(member);
    this.#afterRemoval();
  }

  /** Whether the sender is a member of the current generation. The request also counts as a heartbeat. */
  #check({ memberId, generationId }: { memberId: string; generationId: number }): ErrorCode {
    const member = this.#members.get(memberId);
    if (!member) return ERRORS.UNKNOWN_MEMBER_ID;
    if (generationId !== this.#generationId) return ERRORS.ILLEGAL_GENERATION;
    member.sessionTimer.refresh();
    return ERRORS.NONE;
  }

  #remove(member: Member): void {
    this.#forget(member);
    this.#afterRemoval();
  }

  #forget(member: Member): void {
    this.#members.remove(member);
    failWaiting(member, ERRORS.UNKNOWN_MEMBER_ID);
  }

  #afterRemoval(): void {
    if (this.isEmpty) this.#becomeEmpty();
    else this.#rebalance();
  }

  #becomeEmpty(): void {
    clearTimeout(this.#rebalanceTimer);
    this.#state = 'Empty';
    this.#generationId++;
    this.#reportIfEmpty();
  }

  #reportIfEmpty(): void {
    if (this.isEmpty && !this.#members.areExpected) this.#onEmpty();
  }

  #setRebalanceTimer(action: () => void): void {
    clearTimeout(this.#rebalanceTimer);
    this.#rebalanceTimer = setTimeout(action, this.#members.rebalanceTimeoutMs());
  }
}
