import type { Broker } from 'kafkajs';
import type { Positions } from '../../reader.ts';
import type { KafkaClient } from '../cluster/client.ts';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { partitionsOf } from '../cluster/partitions.ts';
import { whenSettled } from '../cluster/settling.ts';
import { assign, assignedPartitions, type JoinedMember, subscription } from './assignor.ts';
import { Growth } from './growth.ts';

/** A broker of kafkajs with requests that kafkajs implements but that its types omit. */
type CoordinatingBroker = Broker & {
  joinGroup(request: {
    groupId: string;
    sessionTimeout: number;
    rebalanceTimeout: number;
    memberId: string;
    groupProtocols: { name: string; metadata: Buffer }[];
  }): Promise<Joined>;
  syncGroup(request: {
    groupId: string;
    generationId: number;
    memberId: string;
    groupAssignment: { memberId: string; memberAssignment: Buffer }[];
  }): Promise<{ memberAssignment: Buffer }>;
  heartbeat(request: { groupId: string; groupGenerationId: number; memberId: string }): Promise<unknown>;
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
  describeGroups(request: { groupIds: string[] }): Promise<{ groups: DescribedGroup[] }>;
};

/**
 * What a broker reports about a group. For a member without an assignment, the assignment is null or has no
 * bytes.
 */
export interface DescribedGroup {
  readonly state: string;
  readonly members: readonly { readonly memberId: string; readonly memberAssignment: Buffer | null }[];
}

/**
 * The coordinator's answer to a member after all members have joined. Only the leader's answer has `members`.
 */
export interface Joined {
  readonly memberId: string;
  readonly generationId: number;
  readonly leaderId: string;
  readonly members: readonly JoinedMember[];
}

/** A member in one generation of its group. A generation is the period between two rebalances. */
export interface Membership {
  readonly memberId: string;
  readonly generationId: number;
  readonly partitions: readonly number[];
  /** Only the leader of the group can assign new partitions. Null for every other member. */
  readonly growth: Growth | null;
}

/**
 * A member that sends no heartbeat for this long counts as dead. Until then, a killed service keeps its
 * partitions.
 */
export const SESSION_TIMEOUT_MS = 10_000;
/** How long a rebalance waits for members that finish their unacknowledged messages. */
export const REBALANCE_TIMEOUT_MS = 30_000;

/** Sends one group's requests to its coordinator, for one topic. */
export class Coordinator {
  readonly #client: KafkaClient;
  readonly #cluster: KafkaCluster;
  readonly #topic: string;
  readonly #group: string;
  #broker: CoordinatingBroker | null = null;

  /**
   * Creates the coordinator of one group.
   * @param client a client that is used only for the group: a broker answers a join late, which delays other
   *   requests on that connection
   */
  constructor(client: KafkaClient, cluster: KafkaCluster, topic: string, group: string) {
    this.#client = client;
    this.#cluster = cluster;
    this.#topic = topic;
    this.#group = group;
  }

  /** Resolves when the coordinator is known and connected. */
  async find(): Promise<void> {
    await this.#found();
  }

  /**
   * Joins the group. Resolves when all members have joined.
   * @param memberId id from an earlier generation; empty for a new member
   */
  async join(memberId: string): Promise<Joined> {
    const broker = await this.#found();
    return broker.joinGroup({
      groupId: this.#group,
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      memberId,
      groupProtocols: [subscription(this.#topic)],
    });
  }

  /** Resolves when the group's leader has assigned the partitions. */
  async sync({ memberId, generationId, leaderId, members }: Joined): Promise<Membership> {
    const broker = await this.#found();
    const isLeader = leaderId === memberId;
    if (isLeader) await this.#cluster.refreshMetadata();
    const growth = isLeader ? this.#growth() : null;
    const { memberAssignment } = await broker.syncGroup({
      groupId: this.#group,
      generationId,
      memberId,
      groupAssignment: isLeader ? await assign(this.#cluster, members) : [],
    });
    const partitions = assignedPartitions(memberAssignment, this.#topic);
    return { memberId, generationId, partitions, growth };
  }

  #growth(): Growth {
    const assigned = partitionsOf(this.#cluster, this.#topic, 'all').length;
    return new Growth(this.#client, this.#cluster, this.#topic, assigned);
  }

  async heartbeat({ memberId, generationId }: Membership): Promise<void> {
    const broker = await this.#found();
    await broker.heartbeat({ groupId: this.#group, groupGenerationId: generationId, memberId });
  }

  async leave({ memberId }: Membership): Promise<void> {
    const broker = await this.#found();
    await broker.leaveGroup({ groupId: this.#group, memberId });
  }

  async commit({ memberId, generationId }: Membership, positions: Positions): Promise<void> {
    const broker = await this.#found();
    const partitions = [...positions].map(([partition, position]) => ({
      partition,
      offset: String(position),
    }));
    await broker.offsetCommit({
      groupId: this.#group,
      groupGenerationId: generationId,
      memberId,
      topics: [{ topic: this.#topic, partitions }],
    });
  }

  /** Returns the group's committed offsets. Partitions without a commit are missing. */
  async committed(partitions: readonly number[]): Promise<Positions> {
    if (partitions.length === 0) return new Map();
    const broker = await this.#found();
    // kafkajs's type demands an offset for each partition, but the request contains none.
    const asked = partitions.map((partition) => ({ partition, offset: '' }));
    const { responses } = await broker.offsetFetch({
      groupId: this.#group,
      topics: [{ topic: this.#topic, partitions: asked }],
    });
    const known = responses.flatMap((response) => response.partitions);
    return new Map(
      known
        .filter(({ offset }) => Number(offset) >= 0)
        .map(({ partition, offset }) => [partition, Number(offset)]),
    );
  }

  /** Returns the state and the members of the group, without joining the group. */
  async describe(): Promise<DescribedGroup> {
    const broker = await this.#found();
    const { groups } = await broker.describeGroups({ groupIds: [this.#group] });
    const [described] = groups;
    if (described === undefined) throw new Error('the broker did not describe the group');
    return described;
  }

  /**
   * Forgets the coordinator after a failed request. The coordinator may have moved, or its connection may be broken.
   */
  suspect(error: unknown): void {
    this.#broker = null;
    void this.#client.cutSilent(error);
  }

  async #found(): Promise<CoordinatingBroker> {
    if (this.#broker === null) {
      const cluster = this.#cluster;
      const find = () => cluster.findGroupCoordinator({ groupId: this.#group });
      const broker = await whenSettled(find, () => cluster.refreshMetadata());
      if (!isCoordinating(broker)) throw new Error('kafkajs has no JoinGroup');
      this.#broker = broker;
    }
    return this.#broker;
  }
}

function isCoordinating(broker: Broker): broker is CoordinatingBroker {
  return 'joinGroup' in broker && 'syncGroup' in broker && 'heartbeat' in broker;
}
