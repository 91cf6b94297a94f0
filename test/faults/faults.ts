import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaNode } from '../services/kafka-node.ts';
import type { FaultCluster } from './fault-cluster.ts';
import type { Weather } from './fault-proxy.ts';
import { moveLeaders } from './move-leaders.ts';
import type { ProxyUnderFault } from './proxies.ts';
import type { FaultTimes } from './recovery.ts';

/** The target of a fault: a healthy cluster, and proxies under load. */
export interface Scene {
  readonly cluster: FaultCluster;
  readonly proxies: readonly ProxyUnderFault[];
}

export interface Fault {
  readonly name: string;
  /** Resolves when the fault is over. */
  provoke(scene: Scene): Promise<FaultTimes>;
}

const LASTING_MS = 8_000;
const PROXY_DOWN_MS = 1_000;
const PAUSE_BETWEEN_NODES_MS = 1_000;

export const FAULTS: readonly Fault[] = [
  { name: 'leader killed', provoke: killLeader },
  { name: 'leaders moved', provoke: (scene) => lasting(() => moveEach(scene)) },
  { name: 'two of three nodes stopped', provoke: stopTwo },
  { name: 'rolling restart', provoke: (scene) => lasting(() => restartEach(scene)) },
  { name: 'proxy killed', provoke: killProxies },
  { name: 'connection cut', provoke: (scene) => weather(scene, { kind: 'cut' }) },
  { name: 'connection slow', provoke: (scene) => weather(scene, { kind: 'slow', delayMs: 1_000 }) },
  { name: 'broker answers reset', provoke: (scene) => weather(scene, { kind: 'reset', everyAnswers: 10 }) },
];

async function killLeader({ cluster, proxies }: Scene): Promise<FaultTimes> {
  const leader = await leaderOfFirstPartition(cluster, proxies[0]?.topic ?? '');
  const beganAtMs = Date.now();
  await leader.kill();
  await sleep(LASTING_MS);
  await leader.restart(cluster.nodes.length);
  return { beganAtMs, recoveryFromMs: beganAtMs };
}

async function moveEach({ cluster, proxies }: Scene): Promise<void> {
  for (const { topic } of proxies) await moveLeaders(cluster, topic);
}

async function stopTwo({ cluster }: Scene): Promise<FaultTimes> {
  const stopped = cluster.nodes.slice(1);
  const beganAtMs = Date.now();
  await Promise.all(stopped.map((node) => node.pause()));
  await sleep(LASTING_MS);
  for (const node of stopped) node.resume();
  return { beganAtMs, recoveryFromMs: Date.now() };
}

async function restartEach({ cluster, proxies }: Scene): Promise<void> {
  for (const node of cluster.nodes) {
    await node.restart(cluster.nodes.length);
    await cluster.untilInSync(proxies.map(({ topic }) => topic));
    await sleep(PAUSE_BETWEEN_NODES_MS);
  }
}

async function killProxies({ proxies }: Scene): Promise<FaultTimes> {
  const beganAtMs = Date.now();
  await Promise.all(proxies.map((proxy) => proxy.kill()));
  await sleep(PROXY_DOWN_MS);
  await Promise.all(proxies.map((proxy) => proxy.start()));
  return { beganAtMs, recoveryFromMs: beganAtMs };
}

function weather({ cluster }: Scene, bad: Weather): Promise<FaultTimes> {
  return lasting(async () => {
    cluster.weather = bad;
    await sleep(LASTING_MS);
    cluster.weather = { kind: 'fair' };
  });
}

async function lasting(happen: () => Promise<void>): Promise<FaultTimes> {
  const beganAtMs = Date.now();
  await happen();
  return { beganAtMs, recoveryFromMs: Date.now() };
}

async function leaderOfFirstPartition(cluster: FaultCluster, topic: string): Promise<KafkaNode> {
  const partitions = await cluster.partitionsOf(topic);
  const leader = partitions.find(({ partitionId }) => partitionId === 0)?.leader;
  const node = cluster.nodes.find(({ id }) => id === leader);
  if (node === undefined) throw new Error(`partition 0 of ${topic} has no leader`);
  return node;
}
