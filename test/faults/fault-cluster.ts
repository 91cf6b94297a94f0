import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KafkaNode } from '../services/kafka-node.ts';
import {
  type NodeAddress,
  nodeProperties,
  QUICK_FAILOVER,
  replicationProperties,
} from '../services/kafka-properties.ts';
import { servicePorts } from '../services/ports.ts';
import { withAdmin } from '../services/topics.ts';
import { until } from '../support/until.ts';
import { FaultProxy, type Weather } from './fault-proxy.ts';

const IDS = [1, 2, 3] as const;

/** A node's own ports, and a proxy in front of the node that can cause network faults. */
interface Station extends NodeAddress {
  readonly faultyPort: number;
  readonly way: FaultProxy;
}

/**
 * A cluster with three nodes and three replicas, of which at least two are in sync. Each node has two addresses. The
 * direct address is for the other nodes and for observers. The other address leads through a proxy that can cause
 * network faults.
 */
export class FaultCluster {
  readonly nodes: readonly KafkaNode[];
  /** Host and port of every node, through the fault proxies; node 1 first. */
  readonly faultyAddresses: readonly string[];
  readonly #directory: string;
  readonly #ways: readonly FaultProxy[];

  private constructor(directory: string, nodes: readonly KafkaNode[], ways: readonly FaultProxy[]) {
    this.#directory = directory;
    this.nodes = nodes;
    this.#ways = ways;
    this.faultyAddresses = ways.map(({ port }) => `127.0.0.1:${port}`);
  }

  /** Resolves when every node knows all three nodes. */
  static async start(): Promise<FaultCluster> {
    const directory = await mkdtemp(join(tmpdir(), 'qbl-fault-cluster-'));
    const stations = await makeStations();
    const nodes = await Promise.all(
      stations.map((station) => prepareNode(join(directory, `node-${station.id}`), station, stations)),
    );
    const ways = stations.map(({ way }) => way);
    const cluster = new FaultCluster(directory, nodes, ways);
    for (const node of nodes) node.spawn();
    try {
      await Promise.all(nodes.map((node) => node.untilReady(nodes.length)));
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** The direct addresses, for clients that must not notice the faults. */
  get bootstrap(): string {
    return this.nodes.map(({ bootstrap }) => bootstrap).join(',');
  }

  url(topic: string): string {
    return `kafka://${this.bootstrap}/${topic}`;
  }

  faultyUrl(topic: string): string {
    return `kafka://${this.faultyAddresses.join(',')}/${topic}`;
  }

  /** Sets the network fault for all nodes. */
  set weather(weather: Weather) {
    for (const way of this.#ways) way.weather = weather;
  }

  /**
   * Creates a topic. kafkajs must not wait for the topic: kafkajs gives up if the node that it asks does not know the
   * topic yet.
   */
  async makeTopic(topic: string): Promise<void> {
    const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
    await withAdmin(this.bootstrap, (admin) =>
      admin.createTopics({ topics: [{ topic, configEntries }], waitForLeaders: false }),
    );
    await this.untilInSync([topic]);
  }

  partitionsOf(topic: string) {
    return withAdmin(this.bootstrap, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions ?? [];
    });
  }

  /** Waits until each partition of the topics has a leader and all its replicas are in sync. */
  async untilInSync(topics: readonly string[]): Promise<void> {
    const isInSync = async (topic: string) =>
      (await this.partitionsOf(topic)).every(
        ({ isr, leader }) => isr.length === this.nodes.length && leader > 0,
      );
    for (const topic of topics) {
      await until(`replicas of ${topic} in sync`, () => isInSync(topic).catch(() => false), 60_000);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    await Promise.all(this.#ways.map((way) => way.close()));
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function makeStations(): Promise<Station[]> {
  const ports = await servicePorts(IDS.length * 3);
  return Promise.all(
    IDS.map(async (id, i) => {
      const [port = 0, controllerPort = 0, faultyPort = 0] = ports.slice(i * 3);
      return { id, port, controllerPort, faultyPort, way: await FaultProxy.listen(faultyPort) };
    }),
  );
}

function prepareNode(directory: string, station: Station, stations: readonly Station[]): Promise<KafkaNode> {
  const own = nodeProperties(station, stations);
  return KafkaNode.prepare({
    id: station.id,
    directory,
    bootstrap: `127.0.0.1:${station.port}`,
    properties: {
      ...own,
      ...replicationProperties(IDS.length, 2),
      ...QUICK_FAILOVER,
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,FAULTY:PLAINTEXT',
      listeners: `${own['listeners']},FAULTY://127.0.0.1:${station.faultyPort}`,
      'advertised.listeners': `${own['advertised.listeners']},FAULTY://127.0.0.1:${station.way.port}`,
    },
  });
}
