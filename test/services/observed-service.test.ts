import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { GroupEnd } from '../../src/runs/documents/observed-service-json.ts';
import { startForeignService } from '../support/foreign-service.ts';
import { type Ended, qbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { recordOf } from '../support/verification.ts';
import { allArrived, newTopic } from './by-hand.ts';
import { describeWith } from './describe-with.ts';
import { type RunningKafka, startKafka } from './kafka.ts';
import { kafkaLibraries } from './kafka-libraries.ts';
import { startProcess } from './service-process.ts';
import { makeTopic, withAdmin } from './topics.ts';

const SIZE = ['--threads', '10', '--loops', '20', '--settle', '60s'];
const SENT = 200;

describeWith(['java', 'mvn'], 'the consumer group of a service on a real Kafka', () => {
  let kafka: RunningKafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());

  test('a kafkajs service is observed, and its group keeps its only member', async () => {
    const { topic, group, run } = await bed();
    await startForeignService({ address: kafka.bootstrap, topic, group });
    const ended = await run();
    expect(recordOf(ended), ended.stderr).toMatchObject(allArrived(SENT));
    expect(endOf(ended)).toMatchObject({
      ...{ messages: SENT, committed: SENT, state: 'Stable', members: 1, notCommitted: null },
      rebalances: { count: 0 },
    });
  });

  test.each([
    ['classic', { state: 'Stable', members: 1, mostMembers: 1 }],
    ['consumer', { members: null, mostMembers: null }],
  ])("Kafka's own consumer is observed with the group protocol %s", async (protocol, members) => {
    const { topic, group, run } = await bed();
    await startJavaConsumer(topic, group, protocol);
    const ended = await run();
    expect(recordOf(ended), ended.stderr).toMatchObject(allArrived(SENT));
    expect(endOf(ended)).toMatchObject({ committed: SENT, notCommitted: null, ...members });
  });

  test('a group that does not exist is reported', async () => {
    const { run } = await bed();
    const ended = await run('--settle', '1s');
    expect(recordOf(ended).reasons).toMatchObject([
      { kind: 'not-committed', text: expect.stringContaining('the broker reports no such group') },
    ]);
    expect(ended.code).toBe(3);
  });

  async function bed() {
    const topic = newTopic();
    const group = `service-of-${topic}`;
    await makeTopic(kafka.bootstrap, topic);
    const folder = await tempFolder();
    const queue = ['--queue', kafka.url(topic), '--service-group', group];
    const run = (...options: string[]) =>
      qbl(['run', '--run', 'mine', '--json', ...queue, ...SIZE, ...options], { folder });
    return { topic, group, run };
  }

  /** Starts Kafka's console consumer, which commits every 100 ms. Resolves when its group is stable. */
  async function startJavaConsumer(topic: string, group: string, protocol: string): Promise<void> {
    const libraries = join(await kafkaLibraries(), '*');
    const properties = [`group.protocol=${protocol}`, 'auto.commit.interval.ms=100'];
    const consumer = startProcess(
      'java',
      [
        ...['-Xmx96m', '-cp', libraries, 'org.apache.kafka.tools.consumer.ConsoleConsumer'],
        ...['--bootstrap-server', kafka.bootstrap, '--topic', topic, '--group', group, '--from-beginning'],
        ...properties.flatMap((property) => ['--consumer-property', property]),
      ],
      join(await tempFolder(), 'consumer.log'),
    );
    onTestFinished(() => consumer.kill());
    await until('a group of the console consumer', async () => {
      if (!consumer.isRunning) throw new Error('the console consumer ended by itself');
      const { groups } = await withAdmin(kafka.bootstrap, (admin) => admin.listGroups());
      return groups.some(({ groupId }) => groupId === group);
    });
  }
});

function endOf(ended: Ended): GroupEnd {
  return JSON.parse(ended.stdout).observed.end;
}
