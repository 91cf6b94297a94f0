// kafkajs is a CommonJS package, and Node finds only some of its named exports. So qbl imports the default export.
import kafkajs from 'kafkajs';
import type { KafkaCluster } from '../cluster/cluster.ts';
import { partitionsOf } from '../cluster/partitions.ts';

const { AssignerProtocol } = kafkajs;

/**
 * The name of the assignment protocol. kafkajs uses the same name, so kafkajs consumers can join the same
 * group.
 */
const NAME = 'RoundRobinAssigner';
const VERSION = 0;

/** A member of a group, with the data that it sent when it joined. */
export interface JoinedMember {
  readonly memberId: string;
  readonly memberMetadata: Buffer;
}

/** The data that a member sends when it joins. */
export function subscription(topic: string): { name: string; metadata: Buffer } {
  return { name: NAME, metadata: AssignerProtocol.MemberMetadata.encode(subscriptionTo([topic])) };
}

function subscriptionTo(topics: string[]) {
  return { version: VERSION, topics, userData: Buffer.alloc(0) };
}

/**
 * Assigns partitions to members. Each topic's partitions go round robin to its subscribers, in the order of their ids.
 */
export async function assign(
  cluster: KafkaCluster,
  members: readonly JoinedMember[],
): Promise<{ memberId: string; memberAssignment: Buffer }[]> {
  const wanted = new Map(members.map((member) => [member.memberId, topicsOf(member)]));
  const topics = new Set([...wanted.values()].flat());
  const shares = new Map(members.map(({ memberId }) => [memberId, new Map<string, number[]>()]));
  for (const topic of topics) {
    const takers = [...wanted].filter(([, names]) => names.includes(topic)).map(([memberId]) => memberId);
    takers.sort();
    for (const [index, partition] of (await partitionsIn(cluster, topic)).entries()) {
      const share = shares.get(takers[index % takers.length] ?? '');
      share?.set(topic, [...(share.get(topic) ?? []), partition]);
    }
  }
  return [...shares].map(([memberId, share]) => ({ memberId, memberAssignment: assignmentOf(share) }));
}

/** Returns the topic's partitions in an assignment. Returns no partitions if the assignment has no bytes. */
export function assignedPartitions(assignment: Buffer, topic: string): number[] {
  return AssignerProtocol.MemberAssignment.decode(assignment)?.assignment[topic] ?? [];
}

function assignmentOf(share: ReadonlyMap<string, number[]>): Buffer {
  const assignment = Object.fromEntries(share);
  return AssignerProtocol.MemberAssignment.encode({
    version: VERSION,
    assignment,
    userData: Buffer.alloc(0),
  });
}

function topicsOf({ memberMetadata }: JoinedMember): string[] {
  return AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics ?? [];
}

/**
 * Returns the partitions of a topic. Empty if another member subscribes to the topic but the topic does not
 * exist.
 */
async function partitionsIn(cluster: KafkaCluster, topic: string): Promise<number[]> {
  await cluster.addTargetTopic(topic).catch(() => {});
  return partitionsOf(cluster, topic, 'all');
}
