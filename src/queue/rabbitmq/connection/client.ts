import { type Channel, Connection } from 'rabbitmq-client';
import { within } from '../../condition.ts';
import type { AmqpAddress } from '../../url/amqp-url.ts';
import { boundPeer } from './bounds.ts';
import type { RabbitmqSettings } from './settings.ts';

/** Of a connection to one host, with TLS and login. */
const CONNECTION_TIMEOUT_MS = 5_000;
/** What RabbitMQ recommends is 5 to 20 s (docs/heartbeats). A peer that is silent for twice as long is gone. */
const HEARTBEAT_S = 5;
const CLOSE_TIMEOUT_MS = 1_000;
const WORK_TIMEOUT_MS = 10_000;

/** Makes connections to one broker, or to one of the nodes of a cluster. */
export class RabbitmqClient {
  readonly #address: AmqpAddress;
  readonly #settings: RabbitmqSettings;
  readonly #name: string;

  /** @param name what the broker calls the connections */
  constructor(address: AmqpAddress, settings: RabbitmqSettings, name: string) {
    boundPeer();
    this.#address = address;
    this.#settings = settings;
    this.#name = name;
  }

  /**
   * One connection, to the first host that takes it. The library would make it anew by itself, and keep silent about
   * the reasons why it does not succeed: so a connection that is lost is given up, whoever needs it makes another.
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

  /** Works on a connection of its own, and closes it; fails when the broker does not answer in time. */
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
      connection.on('error', (error) => {
        connection.unsafeDestroy();
        reject(error);
      });
      connection.once('connection', () => resolve(connection));
    });
  }
}

/** Works on a channel of its own; an answer such as NOT_FOUND ends the channel, but not the connection. */
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

/** In good order, which a broker that blocks or is silent does not have for ever. */
export function closeChannel(channel: Channel): Promise<void> {
  return within(channel.close(), CLOSE_TIMEOUT_MS, undefined);
}

/** In good order, if its channels are closed already. */
export async function closeConnection(connection: Connection): Promise<void> {
  if (connection.ready) await within(connection.close(), CLOSE_TIMEOUT_MS, undefined);
  connection.unsafeDestroy();
}
