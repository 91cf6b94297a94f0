import type { Properties } from './kafka-node.ts';

export interface NodeAddress {
  readonly id: number;
  readonly port: number;
  readonly controllerPort: number;
}

/** Settings of every node: KRaft, a PLAINTEXT listener on the loopback address, and little memory. */
export function nodeProperties(node: NodeAddress, all: readonly NodeAddress[]): Record<string, string> {
  const voters = all.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`);
  const plain = `PLAINTEXT://127.0.0.1:${node.port}`;
  return {
    'process.roles': 'broker,controller',
    'node.id': String(node.id),
    'controller.quorum.voters': voters.join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: `${plain},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'advertised.listeners': plain,
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.num.partitions': '3',
    'group.initial.rebalance.delay.ms': '0',
    'num.partitions': '6',
    // By default, the buffer of Kafka's log cleaner is larger than the small heap of this node.
    'log.cleaner.dedupe.buffer.size': '2097152',
  };
}

/** Kafka keeps its internal topics in as many replicas as there are nodes. */
export function replicationProperties(nodes: number, minInSyncReplicas: number): Properties {
  return {
    'default.replication.factor': String(nodes),
    'min.insync.replicas': String(minInSyncReplicas),
    'offsets.topic.replication.factor': String(nodes),
    'transaction.state.log.replication.factor': String(nodes),
    'transaction.state.log.min.isr': String(minInSyncReplicas),
  };
}

/** A lost leader is replaced within about 3 seconds, instead of 10 by default. */
export const QUICK_FAILOVER: Properties = {
  'broker.session.timeout.ms': '2000',
  'broker.heartbeat.interval.ms': '500',
  'controller.quorum.election.timeout.ms': '500',
  'controller.quorum.fetch.timeout.ms': '1000',
};
