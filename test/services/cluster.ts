import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { KafkaNode, type Properties } from './kafka-node.ts';
import { nodeProperties, QUICK_FAILOVER, replicationProperties } from './kafka-properties.ts';
import { servicePorts } from './ports.ts';

export interface ClusterOptions {
  /** Additional or overriding lines of every node's server.properties. */
  readonly properties?: Properties;
  readonly heapMb?: number;
}

/** Three nodes and three replicas of everything. Two replicas must be in sync. */
export interface RunningCluster {
  /** The addresses of all three nodes as host:port, separated by commas. */
  readonly bootstrap: string;
  /** The three nodes, starting with node 1. */
  readonly nodes: readonly KafkaNode[];
  url(topic: string): string;
  /** Returns the node that leads the partition. Null while the partition has no leader. */
  leaderOf(topic: string, partition: number): Promise<KafkaNode | null>;
  /** Ends every node, even a paused one, and deletes the data. */
  stop(): Promise<void>;
}

const IDS = [1, 2, 3] as const;

/**
 * Starts a real cluster. Resolves when every node knows all three nodes. The cluster ends with this process at the
 * latest.
 * @throws Error if a tool is missing or a node does not start
 */
export async function startCluster(options: ClusterOptions = {}): Promise<RunningCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'qbl-kafka-cluster-'));
  const nodes: KafkaNode[] = [];
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.kill()));
    await rm(directory, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    nodes.push(...(await prepareNodes(directory, options)));
    for (const node of nodes) node.spawn();
    await Promise.all(nodes.map((node) => node.untilReady(nodes.length)));
  } catch (error) {
    await stop();
    throw error;
  }
  const bootstrap = nodes.map((node) => node.bootstrap).join(',');
  return {
    bootstrap,
    nodes,
    url: (topic) => `kafka://${bootstrap}/${topic}`,
    leaderOf: async (topic, partition) => {
      const leader = await leaderId(bootstrap, topic, partition);
      return nodes.find(({ id }) => id === leader) ?? null;
    },
    stop,
  };
}

async function prepareNodes(directory: string, options: ClusterOptions): Promise<KafkaNode[]> {
  const ports = await servicePorts(IDS.length * 2);
  const addresses = IDS.map((id, i) => ({
    id,
    port: ports[i * 2] ?? 0,
    controllerPort: ports[i * 2 + 1] ?? 0,
  }));
  const { heapMb } = options;
  return Promise.all(
    addresses.map((address) =>
      KafkaNode.prepare({
        id: address.id,
        directory: join(directory, `node-${address.id}`),
        bootstrap: `127.0.0.1:${address.port}`,
        properties: {
          ...nodeProperties(address, addresses),
          ...replicationProperties(IDS.length, 2),
          ...QUICK_FAILOVER,
          ...options.properties,
        },
        ...(heapMb === undefined ? {} : { heapMb }),
      }),
    ),
  );
}

async function leaderId(bootstrap: string, topic: string, partition: number): Promise<number> {
  const admin = new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.NOTHING }).admin();
  try {
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const found = topics[0]?.partitions.find(({ partitionId }) => partitionId === partition);
    return found?.leader ?? -1;
  } finally {
    await admin.disconnect();
  }
}
