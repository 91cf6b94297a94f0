import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import type { Consumer, Kafka } from 'kafkajs';
import { afterEach, describe, expect, test } from 'vitest';
import type { BrokerOptions } from '../broker.ts';
import { repairData } from '../repair.ts';
import type { RawClient } from '../testing/raw-client.ts';
import { cleanUp, eventually, onCleanUp, TestBroker, touchTopic } from '../testing/test-broker.ts';
import { describeGroups, offsetCommit, offsetFetch } from '../wire/apis/groups.ts';
import { heartbeat, joinGroup, leaveGroup, syncGroup } from '../wire/apis/membership.ts';
import { ERRORS } from '../wire/errors.ts';

afterEach(cleanUp);

interface Joining {
  readonly memberId?: string;
  readonly sessionTimeoutMs?: number;
  readonly protocol?: string;
  readonly groupInstanceId?: string;
  readonly groupId?: string;
}

function joinRequest(options: Joining = {}) {
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
function join(client: RawClient, options: Joining = {}) {
  return client.request(joinGroup, 3, joinRequest(options));
}

function sync(client: RawClient, generationId: number, memberId: string, assignedTo: string[] = []) {
  const assignments = assignedTo.map((each) => ({ memberId: each, assignment: Buffer.from(`for ${each}`) }));
  return client.request(syncGroup, 3, { groupId: 'g', generationId, memberId, assignments });
}

function beat(client: RawClient, generationId: number, memberId: string) {
  return client.request(heartbeat, 3, { groupId: 'g', generationId, memberId });
}

async function commit(client: RawClient, generationId: number, memberId: string, offset = 5, partition = 0) {
  const offsets = [{ partitionIndex: partition, committedOffset: offset, committedMetadata: 'note' }];
  const { topics } = await client.request(offsetCommit, 7, {
    groupId: 'g',
    generationId,
    memberId,
    topics: [{ name: 't', partitions: offsets }],
  });
  return topics[0]?.partitions[0]?.errorCode;
}

async function committed(client: RawClient) {
  const { topics } = await client.request(offsetFetch, 5, { groupId: 'g', topics: null });
  return topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, committedOffset }) => [name, partitionIndex, committedOffset]),
  );
}

async function stateOf(client: RawClient): Promise<string | undefined> {
  const { groups } = await client.request(describeGroups, 4, { groups: ['g'] });
  return groups[0]?.groupState;
}

async function start(options: Partial<BrokerOptions> = {}) {
  const broker = await TestBroker.start({ ...options, partitions: 4 });
  const [one, other] = [await broker.client(), await broker.client()];
  await touchTopic(one, 't');
  return { broker, one, other };
}

/** Creates a group with one member, which has its assignment. */
async function stableMember(client: RawClient, options: Joining = {}) {
  const { memberId, generationId } = await join(client, options);
  const { errorCode } = await sync(client, generationId, memberId, [memberId]);
  expect(errorCode).toBe(ERRORS.NONE);
  return { memberId, generationId };
}

describe('membership of a group', () => {
  test('a single member joins without waiting, becomes the leader, and gets its assignment', async () => {
    const { one } = await start();
    expect(await stateOf(one)).toBe('Dead');
    const joined = await join(one);
    expect([joined.errorCode, joined.leader, joined.protocolName]).toEqual([0, joined.memberId, 'range']);
    expect(joined.members.map(({ memberId }) => memberId)).toEqual([joined.memberId]);
    expect(await stateOf(one)).toBe('CompletingRebalance');
    const { assignment } = await sync(one, joined.generationId, joined.memberId, [joined.memberId]);
    expect(assignment.toString()).toBe(`for ${joined.memberId}`);
    expect(await stateOf(one)).toBe('Stable');
  });

  test('since version 4, a new member first gets an id', async () => {
    const { one } = await start();
    const refused = await one.request(joinGroup, 5, joinRequest());
    expect(refused.errorCode).toBe(ERRORS.MEMBER_ID_REQUIRED);
    const joined = await one.request(joinGroup, 5, joinRequest({ memberId: refused.memberId }));
    expect([joined.errorCode, joined.memberId]).toEqual([ERRORS.NONE, refused.memberId]);
  });

  test('a second member makes the first one join again; each gets a part of the partitions', async () => {
    const { one, other } = await start();
    const first = await stableMember(one);
    const joining = join(other);
    await eventually(async () => (await stateOf(one)) === 'PreparingRebalance');
    expect((await beat(one, first.generationId, first.memberId)).errorCode).toBe(
      ERRORS.REBALANCE_IN_PROGRESS,
    );
    const again = await join(one, { memberId: first.memberId });
    const second = await joining;
    expect(second.generationId).toBe(again.generationId);
    expect(again.members).toHaveLength(2);
    expect(second.members).toHaveLength(0);
    const waiting = sync(other, second.generationId, second.memberId);
    await sync(one, again.generationId, first.memberId, [first.memberId, second.memberId]);
    expect((await waiting).assignment.toString()).toBe(`for ${second.memberId}`);
    expect((await beat(one, first.generationId, first.memberId)).errorCode).toBe(ERRORS.ILLEGAL_GENERATION);
  });

  test('a leaving member makes the others join again; the last one leaves an empty group', async () => {
    const { one, other } = await start();
    const first = await stableMember(one);
    const joining = join(other);
    await eventually(async () => (await stateOf(one)) === 'PreparingRebalance');
    const leave = (memberId: string) =>
      one.request(leaveGroup, 3, { groupId: 'g', members: [{ memberId, groupInstanceId: null }] });
    expect((await leave(first.memberId)).members[0]?.errorCode).toBe(ERRORS.NONE);
    const second = await joining;
    expect(second.leader).toBe(second.memberId);
    await sync(other, second.generationId, second.memberId);
    await commit(other, second.generationId, second.memberId);
    await leave(second.memberId);
    expect(await stateOf(one)).toBe('Empty');
    expect((await leave(second.memberId)).members[0]?.errorCode).toBe(ERRORS.UNKNOWN_MEMBER_ID);
  });

  test('a member without heartbeats is removed', async () => {
    const { one } = await start();
    const { memberId, generationId } = await stableMember(one, { sessionTimeoutMs: 2_000 });
    expect(await commit(one, generationId, memberId)).toBe(ERRORS.NONE);
    await eventually(async () => (await stateOf(one)) === 'Empty');
    expect((await beat(one, generationId, memberId)).errorCode).toBe(ERRORS.UNKNOWN_MEMBER_ID);
  });

  test('a restarted static member replaces itself', async () => {
    const { one, other } = await start();
    const request = joinRequest({ groupInstanceId: 'static' });
    const first = await one.request(joinGroup, 5, request);
    await sync(one, first.generationId, first.memberId);
    const again = await other.request(joinGroup, 5, request);
    expect(again.members).toHaveLength(1);
    expect((await beat(one, again.generationId, first.memberId)).errorCode).toBe(ERRORS.UNKNOWN_MEMBER_ID);
  });

  test.each([
    ['an unknown member', { memberId: 'nobody' }, ERRORS.UNKNOWN_MEMBER_ID],
    ['a protocol that the other members lack', { protocol: 'sticky' }, ERRORS.INCONSISTENT_GROUP_PROTOCOL],
    ['an invalid session timeout', { sessionTimeoutMs: 0 }, ERRORS.INVALID_SESSION_TIMEOUT],
    ['an empty group id', { groupId: '' }, ERRORS.INVALID_GROUP_ID],
  ])('a request with %s cannot join', async (_, options, expected) => {
    const { one, other } = await start();
    await stableMember(one);
    expect((await join(other, options)).errorCode).toBe(expected);
  });
});

describe('committed offsets', () => {
  test('commits survive a killed broker; an unfinished line of the journal is cut off and kept in a separate file', async () => {
    const { broker, one } = await start();
    const { memberId, generationId } = await stableMember(one);
    expect(await commit(one, generationId, memberId, 5, 0)).toBe(ERRORS.NONE);
    expect(await commit(one, generationId, memberId, 6, 1)).toBe(ERRORS.NONE);
    const copy = await broker.killedCopy();
    const journal = joinPath(copy.dataDirectory, 'offsets.journal');
    const before = await readFile(journal);
    await appendFile(journal, before.subarray(0, 30));
    await copy.start();
    const client = await copy.client();
    expect(await committed(client)).toEqual([
      ['t', 0, 5],
      ['t', 1, 6],
    ]);
    expect(copy.lines.join()).toContain('30 bytes');
    expect(await readFile(`${journal}.cut-at-${before.length}`)).toEqual(before.subarray(0, 30));
    expect(await stateOf(client)).toBe('Empty');
  });

  test.each([
    ['a flipped bit in the middle', (bytes: Buffer) => bytes.fill((bytes[40] ?? 0) ^ 1, 40, 41)],
    ['a missing line', (bytes: Buffer) => bytes.subarray(0, bytes.indexOf('\n') + 1)],
    ['an extra half line', (bytes: Buffer) => Buffer.concat([bytes, bytes.subarray(0, 30)])],
  ])('%s after a clean stop is an error, which repair fixes', async (_, damage) => {
    const { broker, one } = await start();
    for (const partition of [0, 1]) expect(await commit(one, -1, '', 5, partition)).toBe(ERRORS.NONE);
    await broker.stop();
    const journal = joinPath(broker.dataDirectory, 'offsets.journal');
    await writeFile(journal, damage(await readFile(journal)));
    await expect(broker.start()).rejects.toMatchObject({ code: 'data-damaged' });
    const lines: string[] = [];
    await repairData({ dataDirectory: broker.dataDirectory, report: (line) => lines.push(line) });
    expect(lines.join()).toContain(journal);
    await broker.start();
  });

  test('commits are removed when the group has had neither a member nor a commit for the retention time', async () => {
    const { broker, one } = await start({ offsetsRetentionMs: 100, offsetsCheckIntervalMs: 20 });
    const { generationId, memberId } = await stableMember(one);
    expect(await commit(one, generationId, memberId)).toBe(ERRORS.NONE);
    // The group 'idle' commits after the group with a member, but loses its offsets first, because it has no member.
    const partitions = [{ partitionIndex: 0, committedOffset: 5, committedMetadata: null }];
    const idle = { groupId: 'idle', generationId: -1, memberId: '', topics: [{ name: 't', partitions }] };
    await one.request(offsetCommit, 7, idle);
    const fetchIdle = () => one.request(offsetFetch, 5, { groupId: 'idle', topics: null });
    await eventually(async () => (await fetchIdle()).topics.length === 0);
    expect(await committed(one)).toHaveLength(1);
    await one.request(leaveGroup, 3, { groupId: 'g', members: [{ memberId, groupInstanceId: null }] });
    await eventually(async () => (await committed(one)).length === 0);
    expect(broker.lines.join()).toContain('removed the committed offsets of 1 group');
  });

  test('commits are refused from an old generation, from an unknown member, and from a client outside while the group has members', async () => {
    const { one } = await start();
    const { memberId, generationId } = await stableMember(one);
    expect(await commit(one, generationId - 1, memberId)).toBe(ERRORS.ILLEGAL_GENERATION);
    expect(await commit(one, generationId, 'nobody')).toBe(ERRORS.UNKNOWN_MEMBER_ID);
    expect(await commit(one, -1, '')).toBe(ERRORS.UNKNOWN_MEMBER_ID);
    expect(await committed(one)).toEqual([]);
  });

  test('a client outside can commit while the group has no members; unknown partitions are refused', async () => {
    const { one } = await start();
    expect(await commit(one, -1, '')).toBe(ERRORS.NONE);
    expect(await commit(one, -1, '', 1, 99)).toBe(ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
    expect(await committed(one)).toEqual([['t', 0, 5]]);
  });

  test('the journal does not grow forever with each commit', async () => {
    const { broker, one } = await start();
    const rounds = 300;
    const many = Array.from({ length: 4 }, (_, partitionIndex) => ({
      partitionIndex,
      committedOffset: 1,
      committedMetadata: 'x'.repeat(4_000),
    }));
    for (let round = 0; round < rounds; round++) {
      one.send(offsetCommit, 7, {
        groupId: 'g',
        generationId: -1,
        memberId: '',
        topics: [{ name: 't', partitions: many }],
      });
    }
    for (let round = 0; round < rounds; round++) await one.answer();
    const { length } = await readFile(joinPath(broker.dataDirectory, 'offsets.journal'));
    expect(length).toBeLessThan((rounds * 16_000) / 2);
    await broker.restart();
    expect(await committed(await broker.client())).toHaveLength(4);
  });

  test('commits of a topic are removed with the topic', async () => {
    const { broker, one } = await start();
    await commit(one, -1, '');
    const admin = broker.kafka().admin();
    await admin.connect();
    await admin.deleteTopics({ topics: ['t'] });
    await admin.createTopics({ topics: [{ topic: 't' }] });
    await admin.disconnect();
    expect(await committed(one)).toEqual([]);
  });
});

describe('with kafkajs', () => {
  async function consume(kafka: Kafka, seen: string[]): Promise<Consumer> {
    const consumer = kafka.consumer({ groupId: 'g', heartbeatInterval: 50, maxWaitTimeInMs: 50 });
    onCleanUp(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topic: 't', fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        seen.push(String(message.value));
      },
    });
    return consumer;
  }

  test('two members share the partitions, and one takes over when the other leaves', async () => {
    const { broker } = await start();
    const kafka = broker.kafka();
    const admin = kafka.admin();
    const producer = kafka.producer();
    onCleanUp(() => Promise.all([admin.disconnect(), producer.disconnect()]));
    await Promise.all([admin.connect(), producer.connect()]);
    const seen: string[] = [];
    const first = await consume(kafka, seen);
    await consume(kafka, seen);
    const members = async () => (await admin.describeGroups(['g'])).groups[0]?.members.length;
    const state = async () => (await admin.describeGroups(['g'])).groups[0]?.state;
    await eventually(async () => (await members()) === 2 && (await state()) === 'Stable');
    const send = (round: string) =>
      producer.send({
        topic: 't',
        messages: Array.from({ length: 40 }, (_, index) => ({
          partition: index % 4,
          value: `${round}-${index}`,
        })),
      });
    await send('both');
    await eventually(() => seen.length >= 40);
    await first.disconnect();
    await send('one');
    await eventually(() => new Set(seen).size === 80);
    expect(await members()).toBe(1);
  });

  test('the admin client lists groups, sets their offsets and deletes them', async () => {
    const { broker, one } = await start();
    await commit(one, -1, '');
    const admin = broker.kafka().admin();
    onCleanUp(() => admin.disconnect());
    await admin.connect();
    expect((await admin.listGroups()).groups).toEqual([{ groupId: 'g', protocolType: '' }]);
    await admin.setOffsets({ groupId: 'g', topic: 't', partitions: [{ partition: 0, offset: '3' }] });
    const offsets = await admin.fetchOffsets({ groupId: 'g', topics: ['t'] });
    expect(offsets[0]?.partitions.find(({ partition }) => partition === 0)?.offset).toBe('3');
    expect(await admin.deleteGroups(['g'])).toEqual([{ groupId: 'g', errorCode: 0 }]);
    expect((await admin.listGroups()).groups).toEqual([]);
    await expect(admin.deleteGroups(['g'])).rejects.toThrow();
  });

  test('a group with members cannot be deleted', async () => {
    const { broker, one } = await start();
    await stableMember(one);
    const admin = broker.kafka().admin();
    onCleanUp(() => admin.disconnect());
    await admin.connect();
    await expect(admin.deleteGroups(['g'])).rejects.toThrow();
    expect(await stateOf(one)).toBe('Stable');
  });
});
