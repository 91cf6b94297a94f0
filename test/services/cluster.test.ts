import { afterAll, beforeAll, expect, test } from 'vitest';
import { qbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { recordOf } from '../support/verification.ts';
import { allArrived, newTopic, send, startServe } from './by-hand.ts';
import { type RunningCluster, startCluster } from './cluster.ts';
import { describeWith } from './describe-with.ts';
import { topicSetting, withAdmin } from './topics.ts';

describeWith(['java', 'mvn'], 'Kafka with three nodes', () => {
  let cluster: RunningCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster?.stop());

  function partitionsOf(topic: string) {
    return withAdmin(cluster.bootstrap, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions ?? [];
    });
  }

  test('serve, blast and verify: every message arrives, in three replicas with leaders on different nodes', async () => {
    const topic = newTopic();
    const sending = await send(cluster.url(topic), 100, 10);
    const { code, record } = await sending.verify();
    expect(record).toMatchObject({ ...allArrived(1_000), latencySource: 'LogAppendTime' });
    expect(code).toBe(0);
    const partitions = await partitionsOf(topic);
    for (const { replicas } of partitions) expect([...replicas].sort()).toEqual([1, 2, 3]);
    expect(new Set(partitions.map(({ leader }) => leader)).size).toBeGreaterThan(1);
    expect(await topicSetting(cluster.bootstrap, topic, 'message.timestamp.type')).toBe('LogAppendTime');
  });

  test('qbl run with this queue: every message arrives at the tap and in the replay', async () => {
    const folder = await tempFolder();
    const run = await qbl(['run', '--run', 'mine', '--queue', cluster.url(newTopic()), '--json'], { folder });
    expect(recordOf(run)).toMatchObject({ ...allArrived(1_000), latencySource: 'received' });
    expect(run.code).toBe(0);
    const replay = await qbl(['verify', 'mine', '--json'], { folder });
    expect(recordOf(replay)).toMatchObject({ ...allArrived(1_000), latencySource: 'LogAppendTime' });
    expect(replay.code).toBe(0);
  });

  test('a topic that serve creates has the requested partitions and replicas', async () => {
    const topic = newTopic();
    await startServe(cluster.url(topic), '--partitions', '4', '--replication', '2');
    const partitions = await partitionsOf(topic);
    expect(partitions.map(({ replicas }) => replicas.length)).toEqual([2, 2, 2, 2]);
  });

  test('a killed leader is replaced, and joins again after its restart', async () => {
    const topic = newTopic();
    await startServe(cluster.url(topic));
    const before = await leader(topic);
    await before.kill();
    expect(before.pid).toBeNull();
    const after = await until('another leader', async () => {
      const now = await cluster.leaderOf(topic, 0).catch(() => null);
      return now !== before && now;
    });
    expect(after.id).not.toBe(before.id);
    await before.restart(cluster.nodes.length);
    await until('all replicas in sync', async () =>
      (await partitionsOf(topic)).every(({ isr }) => isr.length === cluster.nodes.length),
    );
  });

  test.skipIf(process.platform === 'win32')(
    'a paused leader is replaced, and continues afterwards',
    async () => {
      const topic = newTopic();
      await startServe(cluster.url(topic));
      const before = await leader(topic);
      const others = cluster.nodes.filter((node) => node !== before);
      let after: number;
      try {
        await before.pause();
        after = await until('another leader', () =>
          leaderBySight(others, topic, before.id).catch(() => null),
        );
      } finally {
        before.resume();
      }
      expect(after).not.toBe(before.id);
      await until('all replicas in sync', async () =>
        (await partitionsOf(topic)).every(({ isr }) => isr.length === cluster.nodes.length),
      );
    },
  );

  async function leader(topic: string) {
    const found = await cluster.leaderOf(topic, 0);
    if (found === null) throw new Error('the partition has no leader');
    return found;
  }
});

/** Asks only nodes that are not paused: a paused node accepts connections and never answers. */
async function leaderBySight(
  nodes: RunningCluster['nodes'],
  topic: string,
  notThis: number,
): Promise<number | null> {
  const bootstrap = nodes.map((node) => node.bootstrap).join(',');
  const { topics } = await withAdmin(bootstrap, (admin) => admin.fetchTopicMetadata({ topics: [topic] }));
  const leader = topics[0]?.partitions.find(({ partitionId }) => partitionId === 0)?.leader ?? -1;
  return leader >= 0 && leader !== notThis ? leader : null;
}
