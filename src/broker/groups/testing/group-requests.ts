import { expect } from 'vitest';
import type { BrokerOptions } from '../../broker.ts';
import type { RawClient } from '../../testing/raw-client.ts';
import { TestBroker, touchTopic } from '../../testing/test-broker.ts';
import { describeGroups, offsetCommit, offsetFetch } from '../../wire/apis/groups.ts';
import { heartbeat, joinGroup, syncGroup } from '../../wire/apis/membership.ts';
import { ERRORS } from '../../wire/errors.ts';

export interface Joining {
  readonly memberId?: string;
  readonly sessionTimeoutMs?: number;
  readonly protocol?: string;
  readonly groupInstanceId?: string;
  readonly groupId?: string;
}

export function joinRequest(options: Joining = {}) {
  return {
    groupId: options.groupId ?? 'g',
    sessionTimeoutMs: options.sessionTimeoutMs ?? 30_000,
    rebalanceTimeoutMs: 30_000,
    memberId: options.memberId ?? '',
    groupInstanceId: options.groupInstanceId ?? null,
    protocolType: 'consumer',
    protocols: [{ name: options.protocol ?? 'range', metadata: Buffer.from('subscription') }],
  };
}

/** Joins with version 3 of JoinGroup, in which the first request already makes the client a member. */
export function join(client: RawClient, options: Joining = {}) {
  return client.request(joinGroup, 3, joinRequest(options));
}

export function sync(client: RawClient, generationId: number, memberId: string, assignedTo: string[] = []) {
  const assignments = assignedTo.map((each) => ({ memberId: each, assignment: Buffer.from(`for ${each}`) }));
  return client.request(syncGroup, 3, { groupId: 'g', generationId, memberId, assignments });
}

export function beat(client: RawClient, generationId: number, memberId: string) {
  return client.request(heartbeat, 3, { groupId: 'g', generationId, memberId });
}

export async function commit(
  client: RawClient,
  generationId: number,
  memberId: string,
  offset = 5,
  partition = 0,
) {
  const offsets = [{ partitionIndex: partition, committedOffset: offset, committedMetadata: 'note' }];
  const { topics } = await client.request(offsetCommit, 7, {
    groupId: 'g',
    generationId,
    memberId,
    topics: [{ name: 't', partitions: offsets }],
  });
  return topics[0]?.partitions[0]?.errorCode;
}

export async function committed(client: RawClient) {
  const { topics } = await client.request(offsetFetch, 5, { groupId: 'g', topics: null });
  return topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, committedOffset }) => [name, partitionIndex, committedOffset]),
  );
}

export async function stateOf(client: RawClient): Promise<string | undefined> {
  const { groups } = await client.request(describeGroups, 4, { groups: ['g'] });
  return groups[0]?.groupState;
}

export async function start(options: Partial<BrokerOptions> = {}) {
  const broker = await TestBroker.start({ ...options, partitions: 4 });
  const [one, other] = [await broker.client(), await broker.client()];
  await touchTopic(one, 't');
  return { broker, one, other };
}

/** Creates a group with one member, which has its assignment. */
export async function stableMember(client: RawClient, options: Joining = {}) {
  const { memberId, generationId } = await join(client, options);
  const { errorCode } = await sync(client, generationId, memberId, [memberId]);
  expect(errorCode).toBe(ERRORS.NONE);
  return { memberId, generationId };
}
