import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Admin } from 'kafkajs';
import { afterEach, describe, expect, test } from 'vitest';
import { MAX_PARTITIONS_PER_TOPIC } from '../limits.ts';
import { batchOf, payloadsOf } from '../testing/batches.ts';
import { cleanUp, fetchFrom, onCleanUp, produceTo, TestBroker, touchTopic } from '../testing/test-broker.ts';
import { metadata } from '../wire/apis/cluster.ts';
import { createTopics } from '../wire/apis/topics.ts';
import { ERRORS } from '../wire/errors.ts';

afterEach(cleanUp);

async function start() {
  const broker = await TestBroker.start({ partitions: 2 });
  return { broker, client: await broker.client() };
}

async function adminOf(broker: TestBroker): Promise<Admin> {
  const admin = broker.kafka().admin();
  onCleanUp(() => admin.disconnect());
  await admin.connect();
  return admin;
}

function creation(name: string, numPartitions: number, replicationFactor = 1) {
  return { name, numPartitions, replicationFactor, assignments: [], configs: [] };
}

async function create(broker: TestBroker, name: string, numPartitions = 1, replicationFactor = 1) {
  const client = await broker.client();
  const topics = [creation(name, numPartitions, replicationFactor)];
  const response = await client.request(createTopics, 4, { topics, timeoutMs: 1_000 });
  return response.topics[0]?.errorCode;
}

describe('topic names', () => {
  test.each(['../escape', '..', '.', '', 'a/b', 'a\\b', 'a\0b', 'x'.repeat(250), 'ü'])(
    'the topic name %j is refused, and no file is created',
    async (name) => {
      const { broker, client } = await start();
      const before = await readdir(broker.dataDirectory);
      expect(await touchTopic(client, name)).toBe(ERRORS.INVALID_TOPIC_EXCEPTION);
      expect(await create(broker, name)).toBe(ERRORS.INVALID_TOPIC_EXCEPTION);
      expect((await produceTo(client, name, batchOf())).errorCode).toBe(ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
      expect(await readdir(join(broker.dataDirectory, 'topics'))).toEqual([]);
      expect(await readdir(broker.dataDirectory)).toEqual(before);
      expect(await readdir(join(broker.dataDirectory, '..'))).not.toContain('escape');
    },
  );

  test.each(['a', 'CON', 'a.b_c-D9', '...', 'x'.repeat(249)])(
    'the topic name %j is accepted, and no path contains it',
    async (name) => {
      const { broker, client } = await start();
      expect(await touchTopic(client, name)).toBe(ERRORS.NONE);
      const [id] = await readdir(join(broker.dataDirectory, 'topics'));
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      await broker.restart();
      expect(await (await adminOf(broker)).listTopics()).toEqual([name]);
    },
  );
});

describe('creation of topics', () => {
  test('a topic is created on first use if the client allows it', async () => {
    const { broker, client } = await start();
    const ask = (allowAutoTopicCreation: boolean) =>
      client.request(metadata, 8, { topics: ['t'], allowAutoTopicCreation });
    expect((await ask(false)).topics[0]?.errorCode).toBe(ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
    expect((await ask(true)).topics[0]?.partitions).toHaveLength(2);
    expect(await (await adminOf(broker)).listTopics()).toEqual(['t']);
  });

  test('two clients at the same time create one topic', async () => {
    const { broker, client } = await start();
    const other = await broker.client();
    expect(await Promise.all([touchTopic(client, 't'), touchTopic(other, 't')])).toEqual([0, 0]);
    expect(await readdir(join(broker.dataDirectory, 'topics'))).toHaveLength(1);
  });

  test.each([
    ['100,000 partitions', 100_000, 1, ERRORS.INVALID_PARTITIONS],
    ['one partition too many', MAX_PARTITIONS_PER_TOPIC + 1, 1, ERRORS.INVALID_PARTITIONS],
    ['no partition', 0, 1, ERRORS.INVALID_PARTITIONS],
    ['more replicas than brokers', 1, 3, ERRORS.INVALID_REPLICATION_FACTOR],
  ])(
    'creating a topic with %s is refused, and the broker continues',
    async (_, partitions, replicas, expected) => {
      const { broker } = await start();
      expect(await create(broker, 't', partitions, replicas)).toBe(expected);
      expect(await readdir(join(broker.dataDirectory, 'topics'))).toEqual([]);
      expect(await create(broker, 't')).toBe(ERRORS.NONE);
      expect(await create(broker, 't')).toBe(ERRORS.TOPIC_ALREADY_EXISTS);
    },
  );

  test('all topics together have a limited number of partitions', async () => {
    const { broker } = await start();
    const made: unknown[] = [];
    for (let topic = 0; topic < 9; topic++)
      made.push(await create(broker, `t${topic}`, MAX_PARTITIONS_PER_TOPIC));
    expect(made.slice(0, 7)).toEqual(new Array(7).fill(ERRORS.NONE));
    expect(made.at(-1)).toBe(ERRORS.INVALID_PARTITIONS);
  });
});

test('a recreated topic shares nothing with the deleted one', async () => {
  const { broker, client } = await start();
  const admin = await adminOf(broker);
  await touchTopic(client, 't');
  await produceTo(
    client,
    't',
    batchOf({ payload: Buffer.from('old'), producerId: 1, producerEpoch: 0, baseSequence: 0 }),
  );
  const [id] = await readdir(join(broker.dataDirectory, 'topics'));
  await admin.deleteTopics({ topics: ['t'] });
  expect(await readdir(join(broker.dataDirectory, 'topics'))).toEqual([]);
  await touchTopic(client, 't');
  expect(await readdir(join(broker.dataDirectory, 'topics'))).not.toEqual([id]);
  await produceTo(client, 't', batchOf({ payload: Buffer.from('new') }));
  await broker.restart();
  const { records, highWatermark } = await fetchFrom(await broker.client(), 't');
  expect([payloadsOf(records), highWatermark]).toEqual([['new'], 1]);
});

test('deleting a topic while others produce gives everyone a definite answer', async () => {
  const { broker, client } = await start();
  await touchTopic(client, 't');
  const admin = await adminOf(broker);
  const answers = Array.from({ length: 50 }, () => produceTo(client, 't', batchOf()));
  await admin.deleteTopics({ topics: ['t'] });
  const codes = new Set((await Promise.all(answers)).map(({ errorCode }) => errorCode));
  codes.delete(ERRORS.NONE);
  codes.delete(ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
  expect([...codes]).toEqual([]);
});

test('added partitions still exist after a restart', async () => {
  const { broker, client } = await start();
  await touchTopic(client, 't');
  await produceTo(client, 't', batchOf());
  const admin = await adminOf(broker);
  await admin.createPartitions({ topicPartitions: [{ topic: 't', count: 5 }] });
  expect((await produceTo(client, 't', batchOf(), 4)).errorCode).toBe(ERRORS.NONE);
  await expect(admin.createPartitions({ topicPartitions: [{ topic: 't', count: 5 }] })).rejects.toThrow();
  await broker.restart();
  const offsets = await (await adminOf(broker)).fetchTopicOffsets('t');
  expect(offsets.map(({ high }) => high).sort()).toEqual(['0', '0', '0', '1', '1']);
});

test('deleted records stay deleted after a restart', async () => {
  const { broker, client } = await start();
  await touchTopic(client, 't');
  for (let index = 0; index < 4; index++)
    await produceTo(client, 't', batchOf({ payload: Buffer.from(`${index}`) }));
  const admin = await adminOf(broker);
  // Loads the topic in kafkajs first, because deleteTopicRecords looks for the partition's leader among loaded topics.
  await admin.fetchTopicOffsets('t');
  await admin.deleteTopicRecords({ topic: 't', partitions: [{ partition: 0, offset: '2' }] });
  expect((await fetchFrom(client, 't', { offset: 1 })).errorCode).toBe(ERRORS.OFFSET_OUT_OF_RANGE);
  await expect(
    admin.deleteTopicRecords({ topic: 't', partitions: [{ partition: 0, offset: '9' }] }),
  ).rejects.toThrow();
  await broker.restart();
  const later = await adminOf(broker);
  expect((await later.fetchTopicOffsets('t')).find(({ partition }) => partition === 0)?.low).toBe('2');
  expect(await later.fetchTopicOffsetsByTimestamp('t', 0)).toContainEqual({ partition: 0, offset: '2' });
  expect(payloadsOf((await fetchFrom(await broker.client(), 't', { offset: 2 })).records)).toEqual([
    '2',
    '3',
  ]);
});

test('the admin client describes topics, their configs and the cluster', async () => {
  const { broker, client } = await start();
  await touchTopic(client, 't');
  const admin = await adminOf(broker);
  const { topics } = await admin.fetchTopicMetadata({ topics: ['t'] });
  expect(topics[0]?.partitions).toMatchObject([
    { leader: 1, isr: [1] },
    { leader: 1, isr: [1] },
  ]);
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name: 't', configNames: ['message.timestamp.type'] }],
  });
  expect(resources[0]?.configEntries).toMatchObject([
    { configName: 'message.timestamp.type', configValue: 'LogAppendTime' },
  ]);
  expect(await admin.describeCluster()).toMatchObject({
    controller: 1,
    brokers: [{ nodeId: 1, host: '127.0.0.1', port: broker.port }],
  });
});

test('a broker that listens on every address advertises to each client the address that it connected to', async () => {
  const broker = await TestBroker.start({ host: '0.0.0.0' });
  const client = await broker.client();
  const { brokers } = await client.request(metadata, 8, { topics: [] });
  expect(brokers).toMatchObject([{ host: '127.0.0.1', port: broker.port }]);
});
