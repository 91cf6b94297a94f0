import { type Channel, Connection } from 'rabbitmq-client';
import { within } from '../../condition.ts';
import type { AmqpAddress } from '../../url/amqp-url.ts';
import { boundPeer } from './bounds.ts';
import { collectBodiesByBytes, keepToFrameMax } from './frames.ts';
import { readOuterHeadersOnly } from './nested-headers.ts';
import type { RabbitmqSettings } from './settings.ts';

/** Timeout for connecting to one host, including TLS and login. */
const CONNECTION_TIMEOUT_MS = 5_000;
/**
 * Interval of heartbeats. RabbitMQ recommends 5 to 20 s (docs/heartbeats). After two intervals without a heartbeat,
 * the connection counts as lost.
 */
const HEARTBEAT_S = 5;
const CLOSE_TIMEOUT_MS = 1_000;
const WORK_TIMEOUT_MS = 10_000;

/** Opens connections to one broker, or to a node of a cluster. */
export class RabbitmqClient {
  readonly #address: AmqpAddress;
  readonly #settings: RabbitmqSettings;
  readonly #name: string;

  /**
   * Creates a client without connecting.
   * @param name name of the connections, which the broker shows
   */
  constructor(address: AmqpAddress, settings: RabbitmqSettings, name: string) {
    boundPeer();
    collectBodiesByBytes();
    readOuterHeadersOnly();
    this.#address = address;
    this.#settings = settings;
    this.#name = name;
  }

  /**
   * Opens one connection, to the first host that accepts it. rabbitmq-client could reconnect by itself, but
   * then qbl would not know why a connection failed. So qbl closes a lost connection, and the caller opens a
   * new one.
   */
  async connect(): Promise<Connection> {
    let failure: unknown;
    for (const { host, port } of this.#address.hosts) {
      try {
        return await this.#open(host, port);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  /** Runs work on a new connection and closes it afterwards. Rejects if the broker does not answer in time. */
  async withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.connect();
    try {
      const done = work(connection).then((result) => ({ result }));
      const ended = await within(done, WORK_TIMEOUT_MS, null);
      if (ended === null) throw new Error('RabbitMQ does not answer');
      return ended.result;
    } finally {
      await closeConnection(connection);
    }
  }

  #open(hostname: string, port: number): Promise<Connection> {
    const { vhost, tls } = this.#address;
    const { username, password } = this.#settings;
    return new Promise((resolve, reject) => {
      const connection = new Connection({
        ...{ hostname, port, vhost, username, password },
        ...(tls ? { tls: this.#settings.tls } : {}),
        connectionName: this.#name,
        connectionTimeout: CONNECTION_TIMEOUT_MS,
        heartbeat: HEARTBEAT_S,
        noDelay: true,
      });
      const fail = (error: unknown) => {
        connection.unsafeDestroy();
        reject(error);
      };
      connection.on('error', fail);
      connection.once('connection', () => {
        try {
          keepToFrameMax(connection);
          resolve(connection);
        } catch (error) {
          fail(error);
        }
      });
    });
  }
}

/**
 * Opens a channel, runs the work, and closes the channel. An error such as NOT_FOUND closes the channel, but not the
 * connection.
 */
export async function withChannel<T>(
  connection: Connection,
  work: (channel: Channel) => Promise<T>,
): Promise<T> {
  const channel = await connection.acquire();
  try {
    return await work(channel);
  } finally {
    await closeChannel(channel);
  }
}

/** Closes the channel cleanly. Waits only for a limited time, because a blocked broker may never answer. */
export function closeChannel(channel: Channel): Promise<void> {
  return within(channel.close(), CLOSE_TIMEOUT_MS, undefined);
}

/** Closes the connection. The close is clean if its channels are already closed. */
export async function closeConnection(connection: Connection): Promise<void> {
  if (connection.ready) await within(connection.close(), CLOSE_TIMEOUT_MS, undefined);
  connection.unsafeDestroy();
}
