import net, { isIP, isIPv6, type Socket } from 'node:net';
import tls from 'node:tls';
import { type Admin, type Cluster, type ISocketFactoryArgs, Kafka, logLevel } from 'kafkajs';
import type { HostAddress } from '../../url/url-parts.ts';
import { silentBrokerOf } from '../errors.ts';
import { boundThrottling } from '../kafkajs-fixes/bounded-throttling.ts';
import { encodeProduceFast } from '../kafkajs-fixes/fast-produce.ts';
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
  readonly requestTimeoutMs: number;
}

/**
 * A kafkajs client for this adapter: without log output, without delaying small packets (Nagle), and with sockets that
 * qbl can close.
 */
export class KafkaClient {
  /** The longest time until a request is answered, including the time for a new connection. */
  readonly answerWithinMs: number;
  /** The brokers in the queue's URL. qbl asks these brokers first. */
  readonly brokers: readonly HostAddress[];
  readonly #kafka: Kafka;
  /** The open sockets, each with its broker (`host:port`). */
  readonly #sockets = new Map<Socket, string>();
  #connections = 0;
  /** Index of the broker in `brokers` that the next kafkajs cluster asks first. */
  #firstAddress = 0;
  #closed = false;

  constructor({ brokers, security, clientId, requestTimeoutMs }: ClientOptions) {
    this.brokers = brokers;
    this.answerWithinMs = CONNECTION_TIMEOUT_MS + requestTimeoutMs;
    encodeProduceFast();
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
      // kafkajs tries each broker of the URL once. The caller repeats failed requests itself.
      retry: { initialRetryTime: 20, maxRetryTime: 200, retries: brokers.length - 1 },
      logLevel: logLevel.NOTHING,
      logCreator: () => () => {},
      socketFactory: (args) => this.#connect(args),
    });
  }

  /** Number of connections started so far, successful or not. */
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
   * Returns kafkajs's cluster object, which qbl uses for metadata, leaders, and single requests to a broker.
   * kafkajs gives this object only to custom partition assigners. With `readUncommitted`, its ListOffsets
   * requests ignore open transactions and return the high watermark. kafkajs's admin client would return the
   * last stable offset.
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

  /** Closes every connection, including those that kafkajs is still opening. Open requests fail. */
  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets.keys()) cut(socket);
  }

  /**
   * If the error is about a broker that did not answer in time, closes the connections to that broker.
   * Otherwise kafkajs would use these connections until TCP gives up. Resolves when the connections are
   * closed, because kafkajs uses a connection until its close event.
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
    // TLS sends the name of the server to the server. An IP address is not allowed as this name (RFC 6066, section 3).
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

/** Closes a socket with an error, because kafkajs listens for the error event and not for the close event. */
function cut(socket: Socket): void {
  socket.destroy(new Error('connection dropped'));
}

const unusedAssigner = {
  name: 'unused',
  version: 0,
  assign: () => Promise.resolve([]),
  protocol: () => ({ name: 'unused', metadata: Buffer.alloc(0) }),
};

/** Replaces the colons of an IPv6 address by underscores, because kafkajs splits an address at its first colon. */
function aliasOf(host: string): string {
  return isIPv6(host) ? host.replaceAll(':', '_') : host;
}

function hostOf(alias: string): string {
  const address = alias.replaceAll('_', ':');
  return isIPv6(address) ? address : alias;
}
