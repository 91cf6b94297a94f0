import { afterAll, beforeAll, expect, test } from 'vitest';
import { qbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { recordOf } from '../support/verification.ts';
import { allArrived, newTopic, send } from './by-hand.ts';
import { describeWith } from './describe-with.ts';
import { type RunningKafka, startKafka } from './kafka.ts';
import { makeTopic, topicSetting } from './topics.ts';

describeWith(['java', 'mvn'], 'Kafka with one node', () => {
  let kafka: RunningKafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());

  test('serve, blast and verify: every message arrives, with a broker timestamp', async () => {
    const topic = newTopic();
    const sending = await send(kafka.url(topic), 100, 10);
    const { code, record } = await sending.verify();
    expect(record).toMatchObject({ ...allArrived(1_000), latencySource: 'LogAppendTime' });
    expect(record.latencyMs).toMatchObject({ count: 1_000, negative: 0 });
    expect(code).toBe(0);
    expect(await topicSetting(kafka.bootstrap, topic, 'message.timestamp.type')).toBe('LogAppendTime');
  });

  test('qbl run with this queue: every message arrives at the tap and in the replay', async () => {
    const folder = await tempFolder();
    const run = await qbl(['run', '--run', 'mine', '--queue', kafka.url(newTopic()), '--json'], { folder });
    expect(recordOf(run)).toMatchObject({ ...allArrived(1_000), latencySource: 'received' });
    expect(run.code).toBe(0);
    const replay = await qbl(['verify', 'mine', '--json'], { folder });
    expect(recordOf(replay)).toMatchObject({ ...allArrived(1_000), latencySource: 'LogAppendTime' });
    expect(replay.code).toBe(0);
  });

  test.each(['gzip', 'lz4', 'snappy', 'zstd'])(
    'every message arrives in a topic that the broker compresses with %s',
    async (codec) => {
      const topic = newTopic();
      await makeTopic(kafka.bootstrap, topic, { 'compression.type': codec });
      const sending = await send(kafka.url(topic), 20, 20);
      const { code, record } = await sending.verify();
      expect(record).toMatchObject(allArrived(400));
      expect(code).toBe(0);
    },
  );

  test("with the sender's timestamps, the latency covers only the time from the broker's client to the reader", async () => {
    const topic = newTopic();
    await makeTopic(kafka.bootstrap, topic, { 'message.timestamp.type': 'CreateTime' });
    const sending = await send(kafka.url(topic));
    const { code, record } = await sending.verify();
    expect(record).toMatchObject({ ...allArrived(100), latencySource: 'CreateTime' });
    expect(code).toBe(0);
  });
});
