import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { batchOf, payloadsOf } from './testing/batches.ts';
import { cleanUp, fetchFrom, produceTo, TestBroker, touchTopic } from './testing/test-broker.ts';
import { offsetCommit, offsetFetch } from './wire/apis/groups.ts';
import { deleteTopics } from './wire/apis/topics.ts';
import { ERRORS } from './wire/errors.ts';

const opening = vi.hoisted(() => ({ fails: (_: string): boolean => false }));

/** Opens files as usual, except those that a test names. For them the process has no free file descriptor. */
vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:fs/promises')>();
  const open: typeof original.open = async (path, ...rest) => {
    if (!opening.fails(String(path))) return original.open(path, ...rest);
    throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE', syscall: 'open' });
  };
  return { ...original, open };
});

afterEach(async () => {
  opening.fails = () => false;
  await cleanUp();
});

async function start() {
  const broker = await TestBroker.start({ partitions: 1 });
  const client = await broker.client();
  return { broker, client, topics: join(broker.dataDirectory, 'topics') };
}

test('a topic whose folder could not be synced does not exist, and can be created again', async () => {
  const { broker, client, topics } = await start();
  opening.fails = (path) => path === topics;
  expect(await touchTopic(client, 't')).toBe(ERRORS.KAFKA_STORAGE_ERROR);
  opening.fails = () => false;
  expect(await touchTopic(client, 't')).toBe(ERRORS.NONE);
  await broker.restart();
  expect(await readdir(topics)).toHaveLength(1);
});

test('a topic that could not be deleted takes and returns messages, and can be deleted later', async () => {
  const { broker, client, topics } = await start();
  await touchTopic(client, 't');
  await produceTo(client, 't', batchOf({ payload: Buffer.from('before') }));
  const [id = ''] = await readdir(topics);
  const obstacle = join(topics, `${id}.deleting`);
  await mkdir(obstacle);
  await writeFile(join(obstacle, 'a file of the user'), '');
  const remove = async () => {
    const request = { topicNames: ['t'], timeoutMs: 1_000 };
    return (await client.request(deleteTopics, 3, request)).responses[0]?.errorCode;
  };
  expect(await remove()).toBe(ERRORS.KAFKA_STORAGE_ERROR);
  await touchTopic(client, 't');
  const after = await produceTo(client, 't', batchOf({ payload: Buffer.from('after') }));
  expect(after).toMatchObject({ errorCode: ERRORS.NONE, baseOffset: 1 });
  const { errorCode, records } = await fetchFrom(client, 't');
  expect([errorCode, ...payloadsOf(records)]).toEqual([ERRORS.NONE, 'before', 'after']);
  expect((await readdir(topics)).sort()).toEqual([id, `${id}.deleting`]);
  await rm(obstacle, { recursive: true });
  expect(await remove()).toBe(ERRORS.NONE);
  expect(await touchTopic(client, 't')).toBe(ERRORS.NONE);
  await broker.restart();
  expect(await readdir(topics)).not.toContain(id);
});

test('offsets can be committed again after the journal could not be opened', {
  timeout: 60_000,
}, async () => {
  const { broker, client } = await start();
  await touchTopic(client, 't');
  const commit = async (committedOffset: number) => {
    const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: 'm'.repeat(4_000) }];
    const request = { groupId: 'g', generationId: -1, memberId: '', topics: [{ name: 't', partitions }] };
    return (await client.request(offsetCommit, 7, request)).topics[0]?.partitions[0]?.errorCode;
  };
  opening.fails = (path) => path.endsWith('offsets.journal');
  let offset = 1;
  while ((await commit(offset)) === ERRORS.NONE) offset++;
  expect(await commit(offset)).toBe(ERRORS.KAFKA_STORAGE_ERROR);
  opening.fails = () => false;
  expect(await commit(offset)).toBe(ERRORS.NONE);
  await broker.restart();
  const later = await broker.client();
  const { topics } = await later.request(offsetFetch, 5, { groupId: 'g', topics: null });
  expect(topics[0]?.partitions[0]?.committedOffset).toBe(offset);
});
