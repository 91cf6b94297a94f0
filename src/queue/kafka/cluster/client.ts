import net, { isIP, isIPv6, type Socket } from 'node:net';
import tls from 'node:tls';
import { type Admin, type Cluster, type ISocketFactoryArgs, Kafka, logLevel } from 'kafkajs';
import type { HostAddress } from '../../url/url-parts.ts';
import { silentBrokerOf } from '../errors.ts';
import { boundThrottling } from '../kafkajs-fixes/bounded-throttling.ts';
import { frameConnections } from '../kafkajs-fixes/framed-connections.ts';
import { stopIdleWakeups } from '../kafkajs-fixes/idle-wakeups.ts';
import { keepLeaderlessPartitions } from '../kafkajs-fixes/leaderless-partitions.ts';
import { type KafkaCluster, RebootstrappingCluster } from './cluster.ts';
import type { Security } from './security.ts';

const CONNECTION_TIMEOUT_MS = 2_000;
const KEEP_ALIVE_DELAY_MS = 30_000;
const METADATA_MAX_AGE_MS = 30_000;

export interface ClientOptions {
  readonly brokers: readonly HostAddress[];
  readonly security: Security;
  readonly clientId: string;
  /** How long the answer to one request may take. */
  readonly requestTimeoutMs: number;
}

/** kafkajs as this adapter uses it: silent, without Nagle's delay, and with sockets that can be cut. */
export class KafkaClient {
  /** The longest that one request may take, and the making of the connection before it. */
  readonly answerWithinMs: number;
  /** Those that are asked first. */
  readonly brokers: readonly HostAddress[];
  readonly #kafka: Kafka;
  /** With the broker (`host:port`) that each leads to. */
  readonly #sockets = new Map<Socket, string>();
  #connections = 0;
  /** Of the bootstrap addresses, the one that a new cluster of kafkajs's asks first. */
  #firstAddress = 0;
  #closed = false;

  constructor({ brokers, security, clientId, requestTimeoutMs }: ClientOptions) {
    this.brokers = brokers;
    this.answerWithinMs = CONNECTION_TIMEOUT_MS + requestTimeoutMs;
    frameConnections();
    stopIdleWakeups();
    boundThrottling();
    keepLeaderlessPartitions();
    this.#kafka = new Kafka({
      brokers: () => this.#addresses(),
      clientId,
      ...(security.ssl === null ? {} : { ssl: security.ssl }),
      ...(security.sasl === null ? {} : { sasl: security.sasl }),
      requestTimeout: requestTimeoutMs,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      // Each seed broker once; whoever calls does its own retrying.
      retry: { initialRetryTime: 20, maxRetryTime: 200, retries: brokers.length - 1 },
      logLevel: logLevel.NOTHING,
      logCreator: () => () => {},
      socketFactory: (args) => this.#connect(args),
    });
  }

  /** How many connections were begun so far, whether they came about or not. */
  get connections(): number {
    return this.#connections;
  }

  admin(): Admin {
    return this.#kafka.admin();
  }

  cluster(): KafkaCluster {
    return new RebootstrappingCluster({
      addresses: this.brokers.length,
      begin: (firstAddress) => this.#begin(firstAddress),
      cutSilent: (error) => this.cutSilent(error),
    });
  }

  /**
   * The cluster: metadata, leaders, and single requests to a broker. kafkajs hands it to custom partition
   * assigners, its one public door to it. Offsets listed through it are high watermarks: `readUncommitted`
   * makes ListOffsets ignore open transactions, which kafkajs's admin client does not (it asks for the last
   * stable offset).
   */
  #begin(firstAddress: number): Cluster {
    this.#firstAddress = firstAddress;
    let found: Cluster | undefined;
    this.#kafka.consumer({
      groupId: 'none',
      readUncommitted: true,
      allowAutoTopicCreation: false,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      partitionAssigners: [
        ({ cluster }) => {
          found = cluster;
          return unusedAssigner;
        },
      ],
    });
    if (found === undefined) throw new Error('kafkajs called no partition assigner');
    return found;
  }

  #addresses(): string[] {
    const all = this.brokers.map(({ host, port }) => `${aliasOf(host)}:${port}`);
    return [...all.slice(this.#firstAddress), ...all.slice(0, this.#firstAddress)];
  }

  /** Cuts every connection, and every one that kafkajs still tries to make; what waits for an answer fails. */
  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets.keys()) cut(socket);
  }

  /**
   * Cuts the connections to a broker that fell silent, if the error is about one: kafkajs would wait for a dead peer
   * as long as TCP does. Resolves when they are closed, as kafkajs goes on using one that is not.
   */
  async cutSilent(error: unknown): Promise<void> {
    const broker = silentBrokerOf(error);
    const silent = [...this.#sockets].filter(([, peer]) => peer === broker).map(([socket]) => socket);
    const closed = silent.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of silent) cut(socket);
    await Promise.all(closed);
  }

  #connect({ host: alias, port, ssl, onConnect }: ISocketFactoryArgs): Socket {
    const host = hostOf(alias);
    const options = {
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS,
    };
    // RFC 6066, section 3: an address is no server name.
    const servername = isIP(host) === 0 ? host : '';
    const socket = ssl
      ? tls.connect({ ...options, servername, ...ssl }, onConnect)
      : net.connect(options, onConnect);
    this.#connections++;
    this.#sockets.set(socket, `${alias}:${port}`);
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.#closed) cut(socket);
    return socket;
  }
}

/** kafkajs listens for errors, not for the closing that follows them. */
function cut(socket: Socket): void {
  socket.destroy(new Error('connection dropped'));
}

const unusedAssigner = {
  name: 'unused',
  version: 0,
  assign: () => Promise.resolve([]),
  protocol: () => ({ name: 'unused', metadata: Buffer.alloc(0) }),
};

/** kafkajs splits a seed broker at its first colon, so an IPv6 address travels with underscores. */
function aliasOf(host: string): string {
  return isIPv6(host) ? host.replaceAll(':', '_') : host;
}

function hostOf(alias: string): string {
  const address = alias.replaceAll('_', ':');
  return isIPv6(address) ? address : alias;
}
