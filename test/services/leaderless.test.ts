import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { keepLeaderlessPartitions } from '../../src/queue/kafka/kafkajs-fixes/leaderless-partitions.ts';
import { openQueue } from '../../src/queue/open.ts';
import type { ConsumedMessage } from '../../src/queue/queue.ts';
import { qbl, startQbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { recordOf } from '../support/verification.ts';
import { allArrived, newTopic, startServe } from './by-hand.ts';
import { type RunningCluster, startCluster } from './cluster.ts';
import { describeWith } from './describe-with.ts';
import type { KafkaNode } from './kafka-node.ts';
import { withAdmin } from './topics.ts';

const PARTITIONS = 6;
/** The number of different keys. It is so large that every partition gets messages. */
const KEYS = 60;
const DEADLINE_MS = 120_000;

describeWith(['java', 'mvn'], 'a Kafka topic with some partitions without a leader', () => {
  let cluster: RunningCluster;
  beforeAll(async () => {
    // Lets this test's own kafkajs client accept partitions without a leader.
    keepLeaderlessPartitions();
    cluster = await startCluster();
  });
  afterAll(() => cluster?.stop());

  test('stores messages without a key in its other partitions, and verify waits for the missing partitions', async () => {
    const topic = await makeFragileTopic();
    const running = await startServe(cluster.url(topic));
    const node = await stopLeader(topic);
    const startedLater = await startServe(cluster.url(topic));
    const folder = await tempFolder();
    for (const [run, url] of [
      ['before', running],
      ['after', startedLater],
    ] as const) {
      const queue = ['--queue', cluster.url(topic), '--url', url];
      const sent = await qbl(['blast', '--run', run, ...queue, '--threads', '10', '--loops', '20'], {
        folder,
        deadlineMs: DEADLINE_MS,
      });
      expect(sent.code, sent.stderr).toBe(0);
    }

    const early = await qbl(['verify', 'before', '--deadline', '30s', '--json'], { folder });
    expect(recordOf(early)).toMatchObject({ verdict: 'unknown', drained: false, received: 200 });
    expect(JSON.stringify(recordOf(early).reasons)).toMatch(/partition \d has no leader/);
    expect(early.code).toBe(3);

    const patient = startQbl(['verify', 'after', '--deadline', '60s', '--json'], { folder });
    await node.restart(cluster.nodes.length);
    expect(recordOf(await patient.ended)).toMatchObject({ ...allArrived(200), foreign: 200 });
  });

  test('a run passes if the missing partitions return before its end', async () => {
    const topic = await makeFragileTopic();
    const node = await stopLeader(topic);
    const folder = await tempFolder();
    const options = ['--queue', cluster.url(topic), '--json'];
    const run = startQbl(['run', '--run', 'mine', ...options], { folder, deadlineMs: DEADLINE_MS });
    await run.line(/^tap /m);
    await node.restart(cluster.nodes.length);
    expect(recordOf(await run.ended)).toMatchObject(allArrived(1_000));
  });

  test('immediately refuses messages whose keys belong to the missing partitions, and stores all others in their usual partitions', async () => {
    const topic = await makeFragileTopic();
    const url = await startServe(cluster.url(topic), '--key-from', 'key', '--timeout', '60s');
    const before = await sendKeys(url);
    expect(before.map(({ status }) => status)).toEqual(before.map(() => 200));

    const node = await stopLeader(topic);
    const led = await ledPartitions(topic);
    const servedAnew = await startServe(cluster.url(topic), '--key-from', 'key', '--timeout', '60s');
    for (const proxy of [url, servedAnew]) {
      // If a leader is lost, the messages in flight are answered late. So wait until messages are answered without
      // delay.
      await until('answers without delay', async () =>
        (await sendKeys(proxy)).every(({ ms }) => ms < 30_000),
      );
      const during = await sendKeys(proxy);
      expect(during.map(({ status, partition }) => (status === 200 ? partition : status))).toEqual(
        before.map(({ partition }) => (led.has(Number(partition)) ? partition : 502)),
      );
    }

    await node.restart(cluster.nodes.length);
    await until('an ack for every key', async () =>
      (await sendKeys(url)).every(({ status }) => status === 200),
    );
    const after = await sendKeys(url);
    expect(after.map(({ partition }) => partition)).toEqual(before.map(({ partition }) => partition));
  });

  test('an earlier tap and a service started meanwhile continue when a leader returns', async () => {
    const topic = await makeFragileTopic(1);
    const queue = await openQueue(cluster.url(topic));
    onTestFinished(() => queue.close());
    const url = await startServe(cluster.url(topic));
    const group = { group: topic, maxInFlight: 100, onConnection: () => {} };
    const consumed: number[] = [];
    const tapped: number[] = [];
    const take = (message: ConsumedMessage) => {
      consumed.push(message.offset);
      message.ack();
    };
    const consumer = await queue.openConsumer({ ...group, onMessage: take });
    await queue.openReader({
      from: { kind: 'end' },
      consume: false,
      name: 'tap',
      onDeliveries: (deliveries) => tapped.push(...deliveries.map(({ offset }) => offset)),
    });
    await sendKeys(url);
    await until('a service that received every message', () => consumed.length === KEYS);
    // With a committed offset, no request for the first offset of the log is needed.
    await consumer.close();

    const node = await stopLeader(topic);
    await queue.openConsumer({ ...group, onMessage: take });
    await node.restart(cluster.nodes.length);
    await until('messages received again', async () =>
      (await sendKeys(url)).every(({ status }) => status === 200),
    );
    await until('a service and a tap that continue', () => consumed.length > KEYS && tapped.length > KEYS);
  });

  async function ledPartitions(topic: string): Promise<Set<number>> {
    const { topics } = await withAdmin(cluster.bootstrap, (admin) =>
      admin.fetchTopicMetadata({ topics: [topic] }),
    );
    const led = (topics[0]?.partitions ?? []).filter(({ leader }) => leader >= 0);
    return new Set(led.map(({ partitionId }) => partitionId));
  }

  /** Each partition has one replica, so it is lost with its node. */
  async function makeFragileTopic(numPartitions = PARTITIONS): Promise<string> {
    const topic = newTopic();
    const configEntries = [
      { name: 'message.timestamp.type', value: 'LogAppendTime' },
      { name: 'min.insync.replicas', value: '1' },
    ];
    const config = { topic, numPartitions, replicationFactor: 1, configEntries };
    // kafkajs's own wait for leaders fails if a broker does not know the topic yet. A request for the topic's metadata
    // fails then, too. So repeat that request until all partitions have a leader.
    await withAdmin(cluster.bootstrap, (admin) =>
      admin.createTopics({ topics: [config], waitForLeaders: false }),
    );
    await until(
      'a leader of each partition',
      async () => (await ledPartitions(topic).catch(() => null))?.size === numPartitions,
    );
    return topic;
  }

  /** Kills the leader of partition 0 and waits until the other nodes know. */
  async function stopLeader(topic: string): Promise<KafkaNode> {
    const leader = await cluster.leaderOf(topic, 0);
    if (leader === null) throw new Error('the partition has no leader');
    onTestFinished(async () => {
      if (leader.pid === null) await leader.restart(cluster.nodes.length);
    });
    await leader.kill();
    await until('partitions without a leader', async () => !(await ledPartitions(topic)).has(0));
    return leader;
  }
});

/** Sends one message for each key and returns the proxy's answers. */
function sendKeys(url: string) {
  const keys = Array.from({ length: KEYS }, (_, index) => `key ${index}`);
  return Promise.all(
    keys.map(async (key) => {
      const beganAtMs = performance.now();
      const headers = { 'Content-Type': 'application/json' };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ key }) });
      await response.text();
      const partition = response.headers.get('Qbl-Partition');
      return { status: response.status, partition, ms: performance.now() - beganAtMs };
    }),
  );
}
