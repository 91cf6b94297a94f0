import type { Allowance } from '../allowance.ts';
import {
  MAX_GROUP_BYTES,
  MAX_MEMBERS_PER_GROUP,
  MAX_PROTOCOLS_PER_MEMBER,
  MAX_SESSION_TIMEOUT_MS,
} from '../limits.ts';
import type { JoinGroupRequest } from '../wire/apis/membership.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';
import {
  type Client,
  commonProtocols,
  failWaiting,
  joinedBytes,
  MEMBER_BYTES,
  type Member,
  protocolBytes,
  protocolsOf,
} from './member.ts';

/**
 * The members of one group and their session timers. Also the ids of clients that got an id but have not joined yet.
 */
export class Members {
  readonly #byId = new Map<string, Member>();
  readonly #expected = new Map<string, NodeJS.Timeout>();
  readonly #allowance: Allowance;

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  get isEmpty(): boolean {
    return this.#byId.size === 0;
  }

  /** Whether a client has got an id but has not joined with this id yet. */
  get areExpected(): boolean {
    return this.#expected.size > 0;
  }

  all(): Member[] {
    return [...this.#byId.values()];
  }

  get(id: string): Member | undefined {
    return this.#byId.get(id);
  }

  /**
   * Returns why the request cannot join the group: invalid timeouts or protocols, or no memory. Returns NONE
   * if the request can join.
   */
  refuse(request: JoinGroupRequest, protocolType: string, client: Client): ErrorCode {
    const { sessionTimeoutMs, rebalanceTimeoutMs, protocols, memberId } = request;
    if (sessionTimeoutMs < 1 || Math.max(sessionTimeoutMs, rebalanceTimeoutMs) > MAX_SESSION_TIMEOUT_MS) {
      return ERRORS.INVALID_SESSION_TIMEOUT;
    }
    if (protocols.length > MAX_PROTOCOLS_PER_MEMBER) return ERRORS.INVALID_REQUEST;
    const others = this.all().filter(({ id }) => id !== memberId);
    const isCommon = commonProtocols([...others, request]).size > 0;
    const sameType = others.length === 0 || request.protocolType === protocolType;
    if (!isCommon || !sameType) return ERRORS.INCONSISTENT_GROUP_PROTOCOL;
    const addedBytes = joinedBytes(request, client) - (this.#byId.get(memberId)?.weightBytes ?? 0);
    if (!this.#allowance.hasRoomFor(addedBytes)) return ERRORS.GROUP_MAX_SIZE_REACHED;
    const bytes = others.reduce(
      (sum, other) => sum + protocolBytes(other.protocols),
      protocolBytes(protocols),
    );
    const full =
      others.length + this.#expected.size >= MAX_MEMBERS_PER_GROUP && !this.#expected.has(memberId);
    return full || bytes > MAX_GROUP_BYTES ? ERRORS.GROUP_MAX_SIZE_REACHED : ERRORS.NONE;
  }

  /**
   * Reserves a member id for a client, so that it can join later. After the timeout, removes the id and calls
   * `onTimeout`.
   */
  expect(id: string, timeoutMs: number, onTimeout: () => void): void {
    this.#allowance.take(MEMBER_BYTES);
    const timer = setTimeout(() => {
      this.takeExpected(id);
      onTimeout();
    }, timeoutMs);
    this.#expected.set(id, timer);
  }

  /** Ends the reservation of the id. Returns whether the id was reserved. */
  takeExpected(id: string): boolean {
    clearTimeout(this.#expected.get(id));
    const wasExpected = this.#expected.delete(id);
    if (wasExpected) this.#allowance.take(-MEMBER_BYTES);
    return wasExpected;
  }

  add(id: string, request: JoinGroupRequest, client: Client, onExpiry: (member: Member) => void): Member {
    const member: Member = {
      id,
      groupInstanceId: request.groupInstanceId,
      clientId: client.clientId,
      clientHost: client.clientHost,
      rebalanceTimeoutMs: Math.max(request.rebalanceTimeoutMs, 1),
      protocols: protocolsOf(request),
      assignment: Buffer.alloc(0),
      joining: undefined,
      syncing: undefined,
      sessionTimer: setTimeout(() => expire(member, onExpiry), request.sessionTimeoutMs),
      weightBytes: 0,
    };
    this.#byId.set(id, member);
    this.#weigh(member, joinedBytes(request, client));
    return member;
  }

  /** Replaces the protocols of a known member that joins again. */
  update(member: Member, request: JoinGroupRequest): void {
    member.protocols = protocolsOf(request);
    this.#weigh(member, joinedBytes(request, member) + member.assignment.length);
  }

  hasRoomFor(assignedBytes: number): boolean {
    return assignedBytes <= MAX_GROUP_BYTES && this.#allowance.hasRoomFor(assignedBytes);
  }

  assign(member: Member, assignment: Buffer): void {
    this.#weigh(member, member.weightBytes - member.assignment.length + assignment.length);
    member.assignment = assignment;
  }

  /**
   * Returns the members with the same static id (KIP-345). A static member that restarts gets a new member id, so its
   * old membership must be removed.
   */
  predecessorsOf({ id, groupInstanceId }: Member): Member[] {
    if (groupInstanceId === null) return [];
    return this.all().filter((other) => other.groupInstanceId === groupInstanceId && other.id !== id);
  }

  remove(member: Member): void {
    clearTimeout(member.sessionTimer);
    if (this.#byId.delete(member.id)) this.#weigh(member, 0);
  }

  /** The longest of the members' rebalance timeouts. A rebalance waits at most this long for a member. */
  rebalanceTimeoutMs(): number {
    return Math.max(...this.all().map((member) => member.rebalanceTimeoutMs));
  }

  /** Stops all timers and answers all waiting members. */
  close(): void {
    for (const id of [...this.#expected.keys()]) this.takeExpected(id);
    for (const member of this.all()) {
      this.remove(member);
      failWaiting(member, ERRORS.COORDINATOR_NOT_AVAILABLE);
    }
  }

  #weigh(member: Member, bytes: number): void {
    this.#allowance.take(bytes - member.weightBytes);
    member.weightBytes = bytes;
  }
}

/** Removes the member, but not while the member waits for an answer. A waiting member cannot send heartbeats. */
function expire(member: Member, onExpiry: (member: Member) => void): void {
  if (member.joining || member.syncing) member.sessionTimer.refresh();
  else onExpiry(member);
}
