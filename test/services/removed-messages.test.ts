import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Message, Partitioners } from 'kafkajs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { DoubtKind } from '../../src/queue/doubt.ts';
import { openQueue } from '../../src/queue/open.ts';
import { qbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { recordOf } from '../support/verification.ts';
import { newTopic, send } from './by-hand.ts';
import { describeWith } from './describe-with.ts';
import { type RunningKafka, startKafka } from './kafka.ts';
import { deleteBefore, deleteTopic, makeTopic, setTopic, topicOffsets } from './topics.ts';

/** After this time, the next message begins a new segment of the log. */
const SEGMENT_MS = 500;
const CLEANED_WITHIN_MS = 300_000;
const SETTLE_SOON = ['--settle', '500ms'];
const unknown = (kind: DoubtKind) => ({ verdict: 'unknown', reasons: [{ kind }] });
const UNKNOWN = unknown('removed-by-retention');

describeWith(['java', 'mvn'], 'messages that Kafka itself removed', () => {
  let kafka: RunningKafka;
  beforeAll(async () => {
    const properties = {
      'log.initial.task.delay.ms': '500',
      'log.retention.check.interval.ms': '200',
      'log.cleaner.backoff.ms': '200',
    };
    kafka = await startKafka({ properties });
  });
  afterAll(() => kafka?.stop());

  /** Makes retention remove everything that is in the topic now. */
  async function expire(topic: string): Promise<void> {
    await setTopic(kafka.bootstrap, topic, 'retention.ms', '1');
    await until('a log that begins at its end', async () => {
      const partitions = await topicOffsets(kafka.bootstrap, topic);
      return partitions.every(({ low, high }) => low === high);
    });
    await setTopic(kafka.bootstrap, topic, 'retention.ms', '3600000');
  }

  test('in a compacted topic, a pass names what is not proven, and a second verification is unknown', async () => {
    const topic = newTopic();
    await makeTopic(kafka.bootstrap, topic, { 'cleanup.policy': 'compact,delete' });
    const { verify } = await sendWithKeys(topic);
    const { code, record } = await verify();
    const notProven = [{ kind: 'compacted' }];
    expect(record).toMatchObject({ verdict: 'pass', lost: 0, received: 100, notProven });
    expect(code).toBe(0);
    const strict = await verify('--exactly-once', ...SETTLE_SOON);
    expect(strict.record).toMatchObject({ ...unknown('compacted'), lost: 0, received: 100 });
    expect(strict.code).toBe(3);
  });

  test('if a topic was compacted and later set to delete, missing messages are unknown, not lost', async () => {
    const topic = newTopic();
    const soon = { 'segment.ms': String(SEGMENT_MS), 'min.cleanable.dirty.ratio': '0.001' };
    await makeTopic(kafka.bootstrap, topic, soon);
    const { verify } = await send(kafka.url(topic));
    const before = await verify('--exactly-once', ...SETTLE_SOON);
    expect(before.record).toMatchObject({ verdict: 'pass', received: 100, notProven: [] });
    // The cleaner removes messages without a key, but only from closed segments. One more message closes a segment.
    await sleep(SEGMENT_MS);
    for (const { partition } of await topicOffsets(kafka.bootstrap, topic))
      await produce(topic, { partition, value: '{"younger":true}' });
    await setTopic(kafka.bootstrap, topic, 'cleanup.policy', 'compact');
    const hasGaps = async () => (await verify(...SETTLE_SOON)).record.received < 100;
    await until('a log with gaps', hasGaps, CLEANED_WITHIN_MS);
    await setTopic(kafka.bootstrap, topic, 'cleanup.policy', 'delete');
    const { code, record } = await verify(...SETTLE_SOON);
    expect(record).toMatchObject(unknown('compacted'));
    expect(record.reasons[0]?.text).toContain('has no records between the offsets');
    expect(code).toBe(3);
  });

  test('if all messages of the run expired, they are unknown, not lost', async () => {
    const topic = newTopic();
    const { verify } = await send(kafka.url(topic));
    await expire(topic);
    const { code, record } = await verify(...SETTLE_SOON);
    expect(record).toMatchObject({ ...UNKNOWN, received: 0 });
    expect(code).toBe(3);
  });

  test('the tap knows where the run began: messages that expired since are unknown, not lost', async () => {
    const folder = await tempFolder();
    const topic = newTopic();
    const run = await qbl(['run', '--run', 'mine', '--queue', kafka.url(topic), '--json'], { folder });
    expect(run.code, run.stderr).toBe(0);
    await expire(topic);
    const replay = await qbl(['verify', 'mine', '--json', ...SETTLE_SOON], { folder });
    expect(recordOf(replay)).toMatchObject({ ...UNKNOWN, received: 0 });
    expect(replay.code).toBe(3);
  });

  test('if the first messages of one partition were deleted, they are unknown, not lost', async () => {
    const topic = newTopic();
    const { verify } = await send(kafka.url(topic));
    const [first] = (await topicOffsets(kafka.bootstrap, topic)).filter(({ high }) => high >= 2);
    if (first === undefined) throw new Error('no partition has two messages');
    const { partition, high } = first;
    await deleteBefore(kafka.bootstrap, topic, partition, high - 1);
    const { code, record } = await verify(...SETTLE_SOON);
    expect(record).toMatchObject({ ...UNKNOWN, received: 100 - (high - 1) });
    expect(code).toBe(3);
  });

  test('messages that expired before the run do not affect a pass', async () => {
    const topic = newTopic();
    await send(kafka.url(topic));
    await expire(topic);
    const { verify } = await send(kafka.url(topic));
    const { code, record } = await verify();
    expect(record).toMatchObject({ verdict: 'pass', received: 100, foreign: 0 });
    expect(code).toBe(0);
  });

  test('if the topic was recreated between the run and verify, messages are unknown, not lost', async () => {
    const folder = await tempFolder();
    const topic = newTopic();
    await send(kafka.url(topic));
    const run = await qbl(['run', '--run', 'mine', '--queue', kafka.url(topic), '--json'], { folder });
    expect(run.code, run.stderr).toBe(0);
    await deleteTopic(kafka.bootstrap, topic);
    await makeTopic(kafka.bootstrap, topic);
    const replay = await qbl(['verify', 'mine', '--json', ...SETTLE_SOON], { folder });
    expect(recordOf(replay)).toMatchObject({ verdict: 'unknown', received: 0 });
    expect(replay.code).toBe(3);
  });

  test("senders' timestamps prove nothing about removed messages, so the messages are unknown, not lost", async () => {
    const topic = newTopic();
    await makeTopic(kafka.bootstrap, topic, { 'message.timestamp.type': 'CreateTime', 'retention.ms': '-1' });
    const { verify } = await send(kafka.url(topic));
    const weekOld = String(Date.now() - 7 * 24 * 3_600_000);
    for (const { partition, high } of await topicOffsets(kafka.bootstrap, topic)) {
      await produce(topic, { partition, value: '{"filled":"in later"}', timestamp: weekOld });
      await deleteBefore(kafka.bootstrap, topic, partition, high);
    }
    const { code, record } = await verify(...SETTLE_SOON);
    expect(record).toMatchObject({ ...UNKNOWN, received: 0 });
    expect(code).toBe(3);
  });

  test('a recreated topic has another id, even if it has become longer than the old one: unknown', async () => {
    const folder = await tempFolder();
    const topic = newTopic();
    const run = await qbl(['run', '--run', 'mine', '--queue', kafka.url(topic), '--json'], { folder });
    expect(run.code, run.stderr).toBe(0);
    const partitions = await topicOffsets(kafka.bootstrap, topic);
    await deleteTopic(kafka.bootstrap, topic);
    await makeTopic(kafka.bootstrap, topic);
    for (const { partition, high } of partitions) {
      for (let i = 0; i <= high; i++) await produce(topic, { partition, value: '{"younger":true}' });
    }
    for (let i = 0; i < 2; i++) {
      const replay = await qbl(['verify', 'mine', '--json', ...SETTLE_SOON], { folder });
      expect(recordOf(replay)).toMatchObject({ ...unknown('queue-recreated'), received: 0 });
      expect(recordOf(replay).reasons[0]?.text).toContain('its id is');
      expect(replay.code).toBe(3);
    }
  });

  test('an unchanged topic has one id, in every partition and for every reader', async () => {
    const topic = newTopic();
    await makeTopic(kafka.bootstrap, topic);
    const queue = await openQueue(kafka.url(topic));
    onTestFinished(() => queue.close());
    const open = () =>
      queue.openReader({ from: { kind: 'end' }, consume: false, name: 'id', onDeliveries: () => {} });
    const id = await (await open()).queueId();
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(await (await open()).queueId()).toBe(id);
    await deleteTopic(kafka.bootstrap, topic);
    await makeTopic(kafka.bootstrap, topic);
    const other = await (await open()).queueId();
    expect(other).toMatch(/^[0-9a-f]{32}$/);
    expect(other).not.toBe(id);
  });

  async function produce(topic: string, message: Omit<Message, 'key'>): Promise<void> {
    const client = new Kafka({ brokers: kafka.bootstrap.split(','), logLevel: logLevel.NOTHING });
    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic, messages: [message] });
    await producer.disconnect();
  }

  /** A compacted topic refuses messages without keys. So send first and compact the topic afterwards. */
  async function sendWithKeys(topic: string) {
    await setTopic(kafka.bootstrap, topic, 'cleanup.policy', 'delete');
    const sending = await send(kafka.url(topic));
    await setTopic(kafka.bootstrap, topic, 'cleanup.policy', 'compact');
    return sending;
  }
});
