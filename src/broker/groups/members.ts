import { MAX_GROUP_BYTES, MAX_MEMBERS_PER_GROUP, MAX_SESSION_TIMEOUT_MS } from '../limits.ts';
import type { JoinGroupRequest } from '../wire/apis/membership.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';
import { type Client, failWaiting, knows, type Member, protocolBytes, protocolsOf } from './member.ts';

/** The members of one group with their session timers, and the ids of those who are about to join. */
export class Members {
  readonly #byId = new Map<string, Member>();
  readonly #expected = new Map<string, NodeJS.Timeout>();

  get isEmpty(): boolean {
    return this.#byId.size === 0;
  }

  /** Whether somebody holds an id and has not joined with it yet. */
  get areExpected(): boolean {
    return this.#expected.size > 0;
  }

  all(): Member[] {
    return [...this.#byId.values()];
  }

  get(id: string): Member | undefined {
    return this.#byId.get(id);
  }

  /** Why this request cannot join: its time-outs, its protocols, or no room. */
  refuse(request: JoinGroupRequest, protocolType: string): ErrorCode {
    const { sessionTimeoutMs, rebalanceTimeoutMs, protocols, memberId } = request;
    if (sessionTimeoutMs < 1 || Math.max(sessionTimeoutMs, rebalanceTimeoutMs) > MAX_SESSION_TIMEOUT_MS) {
      return ERRORS.INVALID_SESSION_TIMEOUT;
    }
    const others = this.all().filter(({ id }) => id !== memberId);
    const common = protocols.some(({ name }) => others.every((other) => knows(other, name)));
    const sameType = others.length === 0 || request.protocolType === protocolType;
    if (!common || !sameType) return ERRORS.INCONSISTENT_GROUP_PROTOCOL;
    const bytes = others.reduce(
      (sum, other) => sum + protocolBytes(other.protocols),
      protocolBytes(protocols),
    );
    const full =
      others.length + this.#expected.size >= MAX_MEMBERS_PER_GROUP && !this.#expected.has(memberId);
    return full || bytes > MAX_GROUP_BYTES ? ERRORS.GROUP_MAX_SIZE_REACHED : ERRORS.NONE;
  }

  /** Keeps the id for somebody until the time-out is over. */
  expect(id: string, timeoutMs: number, onTimeout: () => void): void {
    const timer = setTimeout(() => {
      this.#expected.delete(id);
      onTimeout();
    }, timeoutMs);
    this.#expected.set(id, timer);
  }

  /** Whether the id was kept for somebody; it no longer is. */
  takeExpected(id: string): boolean {
    clearTimeout(this.#expected.get(id));
    return this.#expected.delete(id);
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
    };
    this.#byId.set(id, member);
    return member;
  }

  /** A static member (KIP-345) that starts anew takes the place of its former self. */
  predecessorsOf({ id, groupInstanceId }: Member): Member[] {
    if (groupInstanceId === null) return [];
    return this.all().filter((other) => other.groupInstanceId === groupInstanceId && other.id !== id);
  }

  remove(member: Member): void {
    clearTimeout(member.sessionTimer);
    this.#byId.delete(member.id);
  }

  /** How long a rebalance may wait for the slowest. */
  rebalanceTimeoutMs(): number {
    return Math.max(...this.all().map((member) => member.rebalanceTimeoutMs));
  }

  /** Stops all timers and answers everybody who waits. */
  close(): void {
    for (const timer of this.#expected.values()) clearTimeout(timer);
    for (const member of this.all()) {
      this.remove(member);
      failWaiting(member, ERRORS.COORDINATOR_NOT_AVAILABLE);
    }
  }
}

/** A member that waits for an answer cannot send heartbeats. */
function expire(member: Member, onExpiry: (member: Member) => void): void {
  if (member.joining || member.syncing) member.sessionTimer.refresh();
  else onExpiry(member);
}
