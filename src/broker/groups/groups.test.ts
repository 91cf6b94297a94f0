import type { Consumer, Kafka } from 'kafkajs';
import { afterEach, describe, expect, test } from 'vitest';
import { cleanUp, eventually, onCleanUp } from '../testing/test-broker.ts';
import { joinGroup, leaveGroup } from '../wire/apis/membership.ts';
import { ERRORS } from '../wire/errors.ts';
import {
  beat,
  commit,
  join,
  joinRequest,
  stableMember,
  start,
  stateOf,
  sync,
} from './testing/group-requests.ts';

afterEach(cleanUp);

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
