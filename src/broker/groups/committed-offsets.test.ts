import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { repairData } from '../repair.ts';
import { cleanUp, eventually } from '../testing/test-broker.ts';
import { offsetCommit, offsetFetch } from '../wire/apis/groups.ts';
import { leaveGroup } from '../wire/apis/membership.ts';
import { ERRORS } from '../wire/errors.ts';
import { commit, committed, stableMember, start, stateOf } from './testing/group-requests.ts';

afterEach(cleanUp);

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
