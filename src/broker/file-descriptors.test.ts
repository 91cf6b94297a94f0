import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { LOG_INTERVAL_MS, MAX_LINES } from './limits.ts';
import { batchOf, payloadsOf } from './testing/batches.ts';
import type { RawClient } from './testing/raw-client.ts';
import { cleanUp, fetchFrom, produceTo, TestBroker, touchTopic } from './testing/test-broker.ts';
import { offsetCommit, offsetFetch } from './wire/apis/groups.ts';
import { deleteRecords, deleteTopics } from './wire/apis/topics.ts';
import { ERRORS } from './wire/errors.ts';

const opening = vi.hoisted(() => ({
  fails: (_: string): boolean => false,
  cannotSync: (_: string): boolean => false,
}));

/**
 * Opens files and lists drafts of topics as usual, with two exceptions. If `fails` is true for a path, the process has
 * no free file descriptor. If `cannotSync` is true for a path, the disk has an error.
 */
vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:fs/promises')>();
  const refuse = (path: string, syscall: string) => {
    if (opening.fails(path))
      throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE', syscall });
  };
  const open: typeof original.open = async (path, ...rest) => {
    refuse(String(path), 'open');
    const handle = await original.open(path, ...rest);
    const datasync = handle.datasync.bind(handle);
    handle.datasync = async () => {
      if (!opening.cannotSync(String(path))) return datasync();
      throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO', syscall: 'fdatasync' });
    };
    return handle;
  };
  const list = async (path: string, options: { withFileTypes: true }) => {
    if (path.endsWith('.making')) refuse(path, 'scandir');
    return original.readdir(path, options);
  };
  return { ...original, open, readdir: list };
});

afterEach(async () => {
  opening.fails = () => false;
  opening.cannotSync = () => false;
  await cleanUp();
});

async function start() {
  const broker = await TestBroker.start({ partitions: 1 });
  const client = await broker.client();
  return { broker, client, topics: join(broker.dataDirectory, 'topics') };
}

async function remove(client: RawClient, name: string) {
  const request = { topicNames: [name], timeoutMs: 1_000 };
  return (await client.request(deleteTopics, 3, request)).responses[0]?.errorCode;
}

test.skipIf(process.platform === 'win32')(
  'a topic whose folder could not be synced does not exist, and can be created again',
  async () => {
    const { broker, client, topics } = await start();
    opening.fails = (path) => path === topics;
    expect(await touchTopic(client, 't')).toBe(ERRORS.KAFKA_STORAGE_ERROR);
    opening.fails = () => false;
    expect(await touchTopic(client, 't')).toBe(ERRORS.NONE);
    await broker.restart();
    expect(await readdir(topics)).toHaveLength(1);
  },
);

test('a topic that could not be deleted takes and returns messages, and can be deleted later', async () => {
  const { broker, client, topics } = await start();
  await touchTopic(client, 't');
  await produceTo(client, 't', batchOf({ payload: Buffer.from('before') }));
  const [id = ''] = await readdir(topics);
  const obstacle = join(topics, `${id}.deleting`);
  await mkdir(obstacle);
  await writeFile(join(obstacle, 'a file of the user'), '');
  expect(await remove(client, 't')).toBe(ERRORS.KAFKA_STORAGE_ERROR);
  await touchTopic(client, 't');
  const after = await produceTo(client, 't', batchOf({ payload: Buffer.from('after') }));
  expect(after).toMatchObject({ errorCode: ERRORS.NONE, baseOffset: 1 });
  const { errorCode, records } = await fetchFrom(client, 't');
  expect([errorCode, ...payloadsOf(records)]).toEqual([ERRORS.NONE, 'before', 'after']);
  expect((await readdir(topics)).sort()).toEqual([id, `${id}.deleting`]);
  await rm(obstacle, { recursive: true });
  expect(await remove(client, 't')).toBe(ERRORS.NONE);
  expect(await touchTopic(client, 't')).toBe(ERRORS.NONE);
  await broker.restart();
  expect(await readdir(topics)).not.toContain(id);
});

test.skipIf(process.platform === 'win32')(
  'creations that fail leave at most one folder, which the next creation removes',
  async () => {
    const { client, topics } = await start();
    opening.fails = (path) => path === topics;
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(await touchTopic(client, 't')).toBe(ERRORS.KAFKA_STORAGE_ERROR);
    }
    expect((await readdir(topics)).length).toBeLessThanOrEqual(1);
    opening.fails = () => false;
    expect(await touchTopic(client, 't')).toBe(ERRORS.NONE);
    expect(await readdir(topics)).toEqual([expect.not.stringContaining('.')]);
  },
);

test('a creation that fails removes its folder, although the folder cannot be listed', async () => {
  const { client, topics } = await start();
  opening.fails = (path) => path.endsWith('.making') || path.endsWith('topic.json.new');
  expect(await touchTopic(client, 't')).toBe(ERRORS.KAFKA_STORAGE_ERROR);
  expect(await readdir(topics)).toEqual([]);
});

test.skipIf(process.platform === 'win32')(
  'a topic is deleted once its folder has another name, also if the folder above could not be synced',
  async () => {
    const { broker, client, topics } = await start();
    await touchTopic(client, 't');
    const [id = ''] = await readdir(topics);
    opening.fails = (path) => path === topics;
    expect(await remove(client, 't')).toBe(ERRORS.NONE);
    expect(broker.lines.join()).toContain('deleted the topic "t", but could not remove its files');
    opening.fails = () => false;
    expect(await touchTopic(client, 't')).toBe(ERRORS.NONE);
    await broker.restart();
    expect(await readdir(topics)).toEqual([expect.not.stringContaining(id)]);
  },
);

// The test may take 40 s, and the Fetch request may wait 60 s. So the test fails if the deletion does not end the wait.
test('a topic whose log could not be synced can be deleted, which ends a Fetch that waits for the log', {
  timeout: 40_000,
}, async () => {
  const { broker, client, topics } = await start();
  await touchTopic(client, 't');
  const fetched = fetchFrom(await broker.client(), 't', { maxWaitMs: 60_000 });
  await touchTopic(client, 't');
  opening.cannotSync = (path) => path.endsWith('0.log');
  expect(await remove(client, 't')).toBe(ERRORS.NONE);
  expect((await fetched).errorCode).toBe(ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
  expect(await readdir(topics)).toEqual([]);
});

test('records that could not be deleted stay readable', async () => {
  const { broker, client } = await start();
  await touchTopic(client, 't');
  await produceTo(client, 't', batchOf({ payload: Buffer.from('first') }));
  await produceTo(client, 't', batchOf({ payload: Buffer.from('second') }));
  const removeFirst = async () => {
    const topics = [{ name: 't', partitions: [{ partitionIndex: 0, offset: 1 }] }];
    return (await client.request(deleteRecords, 1, { topics, timeoutMs: 1_000 })).topics[0]?.partitions[0];
  };
  opening.fails = (path) => path.endsWith('topic.json.new');
  expect(await removeFirst()).toMatchObject({ errorCode: ERRORS.KAFKA_STORAGE_ERROR });
  expect(payloadsOf((await fetchFrom(client, 't')).records)).toEqual(['first', 'second']);
  opening.fails = () => false;
  expect(await removeFirst()).toMatchObject({ errorCode: ERRORS.NONE, lowWatermark: 1 });
  expect((await fetchFrom(client, 't')).errorCode).toBe(ERRORS.OFFSET_OUT_OF_RANGE);
  await broker.restart();
  expect((await fetchFrom(await broker.client(), 't')).errorCode).toBe(ERRORS.OFFSET_OUT_OF_RANGE);
});

test('requests that fail because of the disk cause a limited number of log lines', async () => {
  const { broker, client } = await start();
  await touchTopic(client, 't');
  const { length: before } = broker.lines;
  opening.fails = (path) => path.endsWith('topic.json.new');
  const beganAtMs = performance.now();
  for (let attempt = 0; attempt < 200; attempt++)
    expect(await touchTopic(client, 'another')).toBe(ERRORS.KAFKA_STORAGE_ERROR);
  opening.fails = () => false;
  await broker.stop();
  const intervals = 1 + Math.floor((performance.now() - beganAtMs) / LOG_INTERVAL_MS);
  const lines = broker.lines.slice(before);
  expect(lines.length).toBeLessThanOrEqual(intervals * (MAX_LINES + 1));
  expect(lines[0]).toBe('cannot change topics: EMFILE: too many open files');
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
