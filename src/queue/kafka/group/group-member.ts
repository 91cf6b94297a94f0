import { Condition } from '../../condition.ts';
import type { ConnectionState } from '../../queue.ts';
import type { Positions } from '../../reader.ts';
import { brokerErrorOf, describeKafkaError } from '../errors.ts';
import { type Coordinator, type Membership, SESSION_TIMEOUT_MS } from './coordinator.ts';

const HEARTBEAT_INTERVAL_MS = 500;
const RETRY_MS = 200;

/** Errors after which the group continues without this member. The member must join again as a new member. */
const LOST = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID']);

/** Permanent errors: another attempt would get the same answer. */
const FOR_GOOD = new Set([
  'GROUP_AUTHORIZATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'INVALID_GROUP_ID',
  'INVALID_SESSION_TIMEOUT',
  'INCONSISTENT_GROUP_PROTOCOL',
  'GROUP_MAX_SIZE_REACHED',
]);

/**
 * Why a member's generation ended. After `rebalance`, the member may finish unacknowledged messages. After
 * `lost`, other members already have its partitions.
 */
export type GenerationEnd = 'rebalance' | 'lost';

export interface GroupMemberOptions {
  readonly coordinator: Coordinator;
  /** Called when the member gets these partitions. */
  readonly onAssigned: (partitions: readonly number[]) => Promise<void>;
  /**
   * Called when the member must give its partitions back. When the promise resolves, the member has no
   * partitions. Never rejects.
   */
  readonly onRevoked: (end: GenerationEnd) => Promise<void>;
  readonly onConnection: (state: ConnectionState) => void;
}

/**
 * Membership of a group: joins, sends heartbeats independently of the work (KIP-62), and joins again after a
 * rebalance.
 */
export class GroupMember {
  /** Resolves after the first assignment. Rejects if the group refuses this member. */
  readonly joined: Promise<void>;
  readonly #options: GroupMemberOptions;
  readonly #closing = new Condition();
  readonly #belonging: Promise<void>;
  #membership: Membership | null = null;
  #revoking: Promise<void> = Promise.resolve();
  #memberId = '';
  #state: ConnectionState['kind'] | null = null;
  #closed = false;

  constructor(options: GroupMemberOptions) {
    this.#options = options;
    let belonging: Promise<void> = Promise.resolve();
    this.joined = new Promise((resolve, reject) => {
      belonging = this.#belong(resolve, reject);
    });
    this.#belonging = belonging;
  }

  /**
   * Commits these offsets for the group.
   * @throws Error if the coordinator refuses or does not answer
   */
  async commit(positions: Positions): Promise<void> {
    if (this.#membership === null) throw new Error('this consumer is not a member of the group now');
    try {
      await this.#options.coordinator.commit(this.#membership, positions);
    } catch (error) {
      if (!isAboutMembership(error)) this.#options.coordinator.suspect(error);
      throw error;
    }
  }

  /**
   * Leaves the group, so that the other members do not wait for this member. If the group is taking
   * partitions away, first waits until the partitions are given back: a member that left cannot commit.
   * @param cut ends the requests that still wait for an answer
   */
  async close(cut: () => void): Promise<void> {
    this.#closed = true;
    this.#closing.notifyAll();
    await this.#revoking;
    if (this.#membership !== null) await this.#options.coordinator.leave(this.#membership).catch(() => {});
    cut();
    await this.#belonging;
  }

  async #belong(onJoined: () => void, onRefused: (error: unknown) => void): Promise<void> {
    while (!this.#closed) {
      try {
        this.#membership = await this.#join();
        await this.#keepWhile(this.#options.onAssigned(this.#membership.partitions));
        onJoined();
        this.#tell(null);
        const end = await this.#untilOver();
        if (this.#closed) return;
        this.#revoking = this.#options.onRevoked(end);
        await this.#keepWhile(this.#revoking);
        if (this.#closed) return;
        if (end === 'lost') this.#memberId = '';
        this.#membership = null;
      } catch (error) {
        await this.#recover(error, onRefused);
      }
    }
  }

  async #join(): Promise<Membership> {
    const { coordinator } = this.#options;
    const joined = await coordinator.join(this.#memberId);
    // Keeps the member id even if the request to `sync` fails. Otherwise this consumer would join again as a new
    // member, and the group would wait for the old member.
    this.#memberId = joined.memberId;
    return coordinator.sync(joined);
  }

  async #recover(error: unknown, onRefused: (error: unknown) => void): Promise<void> {
    if (this.#closed) return;
    this.#membership = null;
    const type = brokerErrorOf(error) ?? '';
    if (FOR_GOOD.has(type)) onRefused(error);
    if (LOST.has(type)) this.#memberId = '';
    if (type === 'REBALANCE_IN_PROGRESS') return;
    this.#options.coordinator.suspect(error);
    this.#tell(describeKafkaError(error));
    await this.#closing.wait(RETRY_MS);
  }

  /** Sends heartbeats until the generation (the period between two rebalances) ends. */
  async #untilOver(): Promise<GenerationEnd> {
    let answeredAtMs = performance.now();
    while (true) {
      await this.#closing.wait(HEARTBEAT_INTERVAL_MS);
      if (this.#closed) return 'rebalance';
      const answer = await this.#heartbeat();
      if (answer !== 'silent') answeredAtMs = performance.now();
      if (answer === 'rebalance' || answer === 'lost') return answer;
      if (this.#membership?.growth?.look()) return 'rebalance';
      // The coordinator has had no heartbeat for so long that it gave this member's partitions to another
      // member.
      if (performance.now() - answeredAtMs > SESSION_TIMEOUT_MS) return 'lost';
    }
  }

  /** Sends heartbeats while other work runs. */
  async #keepWhile(work: Promise<void>): Promise<void> {
    let over = false;
    const done = new Condition();
    const beating = (async () => {
      while (!over && !this.#closed) {
        await this.#heartbeat();
        if (!over) await done.wait(HEARTBEAT_INTERVAL_MS);
      }
    })();
    try {
      await work;
    } finally {
      over = true;
      done.notifyAll();
      await beating;
    }
  }

  async #heartbeat(): Promise<GenerationEnd | 'kept' | 'silent'> {
    const { coordinator } = this.#options;
    if (this.#membership === null) return 'lost';
    try {
      await coordinator.heartbeat(this.#membership);
      this.#tell(null);
      return 'kept';
    } catch (error) {
      const type = brokerErrorOf(error) ?? '';
      if (type === 'REBALANCE_IN_PROGRESS') return 'rebalance';
      if (LOST.has(type)) return 'lost';
      if (this.#closed) return 'silent';
      coordinator.suspect(error);
      this.#tell(describeKafkaError(error));
      return 'silent';
    }
  }

  #tell(failure: string | null): void {
    const kind = failure === null ? 'connected' : 'waiting';
    if (kind === this.#state || this.#closed) return;
    this.#state = kind;
    this.#options.onConnection(
      failure === null ? { kind: 'connected' } : { kind: 'waiting', reason: failure },
    );
  }
}

function isAboutMembership(error: unknown): boolean {
  const type = brokerErrorOf(error) ?? '';
  return type === 'REBALANCE_IN_PROGRESS' || LOST.has(type);
}
