import { afterAll, beforeAll, expect, test } from 'vitest';
import { qbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { recordOf } from '../support/verification.ts';
import { newTopic, send } from './by-hand.ts';
import { describeWith } from './describe-with.ts';
import { type RunningKafka, startKafka } from './kafka.ts';
import { deleteBefore, deleteTopic, makeTopic, setTopic, topicOffsets } from './topics.ts';

const SETTLE_SOON = ['--settle', '500ms'];
const UNKNOWN = { verdict: 'unknown', reasons: [{ kind: 'incomplete-drain' }] };

describeWith(['java', 'mvn'], 'messages that Kafka itself has removed', () => {
  let kafka: RunningKafka;
  beforeAll(async () => {
    const properties = { 'log.initial.task.delay.ms': '500', 'log.retention.check.interval.ms': '200' };
    kafka = await startKafka({ properties });
  });
  afterAll(() => kafka?.stop());

  /** Lets the retention take everything that is in the topic now. */
  async function expire(topic: string): Promise<void> {
    await setTopic(kafka.bootstrap, topic, 'retention.ms', '1');
    await until('a log that begins at its end', async () => {
      const partitions = await topicOffsets(kafka.bootstrap, topic);
      return partitions.every(({ low, high }) => low === high);
    });
    await setTopic(kafka.bootstrap, topic, 'retention.ms', '3600000');
  }

  test('a compacted topic is never more than unknown', async () => {
    const topic = newTopic();
    await makeTopic(kafka.bootstrap, topic, { 'cleanup.policy': 'compact,delete' });
    const { verify } = await sendWithKeys(topic);
    const { code, record } = await verify();
    expect(record).toMatchObject({ ...UNKNOWN, lost: 0, received: 100 });
    expect(record.reasons[0]?.text).toContain('compacted');
    expect(code).toBe(3);
  });

  test('all of the run expired: unknown, and not lost', async () => {
    const topic = newTopic();
    const { verify } = await send(kafka.url(topic));
    await expire(topic);
    const { code, record } = await verify(...SETTLE_SOON);
    expect(record).toMatchObject({ ...UNKNOWN, received: 0 });
    expect(code).toBe(3);
  });

  test('the tap knows where the run began: what expired there is unknown, and not lost', async () => {
    const folder = await tempFolder();
    const topic = newTopic();
    const run = await qbl(['run', '--run', 'mine', '--queue', kafka.url(topic), '--json'], { folder });
    expect(run.code, run.stderr).toBe(0);
    await expire(topic);
    const replay = await qbl(['verify', 'mine', '--json', ...SETTLE_SOON], { folder });
    expect(recordOf(replay)).toMatchObject({ ...UNKNOWN, received: 0 });
    expect(replay.code).toBe(3);
  });

  test('the first messages of one partition deleted: unknown, and not lost', async () => {
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

  test('what expired before the run takes nothing from a pass', async () => {
    const topic = newTopic();
    await send(kafka.url(topic));
    await expire(topic);
    const { verify } = await send(kafka.url(topic));
    const { code, record } = await verify();
    expect(record).toMatchObject({ verdict: 'pass', received: 100, foreign: 0 });
    expect(code).toBe(0);
  });

  test('a topic made anew between the run and its verification: unknown, and not lost', async () => {
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

  /** A compacted topic refuses messages without keys, so they go to one that is compacted afterwards. */
  async function sendWithKeys(topic: string) {
    await setTopic(kafka.bootstrap, topic, 'cleanup.policy', 'delete');
    const sending = await send(kafka.url(topic));
    await setTopic(kafka.bootstrap, topic, 'cleanup.policy', 'compact');
    return sending;
  }
});
