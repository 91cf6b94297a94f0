import type { Connection } from 'rabbitmq-client';
import { QblError } from '../../error.ts';
import type {
  BacklogWatch,
  Capabilities,
  Consumer,
  ConsumerOptions,
  Depth,
  Queue,
  Sender,
  SenderOptions,
} from '../queue.ts';
import { reachedAddress } from '../reached-address.ts';
import type { Reader, ReaderOptions } from '../reader.ts';
import { type AmqpAddress, formatAmqpUrl } from '../url/amqp-url.ts';
import type { CountsWatch } from '../watching/counts-watch.ts';
import { RabbitmqClient } from './connection/client.ts';
import { describeRabbitmqError } from './connection/errors.ts';
import { ManagementApi } from './connection/management.ts';
import type { RabbitmqSettings } from './connection/settings.ts';
import { countQueue, ensureTopology, type QueueCount, requireTopology } from './connection/topology.ts';
import { RabbitmqBacklog } from './reading/backlog.ts';
import { RabbitmqConsumer } from './reading/consumer.ts';
import { RabbitmqCountsWatch } from './reading/counts-watch.ts';
import { QueueCounter } from './reading/queue-counter.ts';
import { TakingReader } from './reading/taking-reader.ts';
import { openTap } from './reading/tap.ts';
import { RabbitmqSender } from './sending/sender.ts';

/** One RabbitMQ queue and the exchange that routes to it. */
export class RabbitmqQueue implements Queue {
  readonly capabilities: Capabilities = {
    tap: true,
    replay: false,
    order: 'queue',
    deduplicates: false,
  };
  readonly url: string;
  readonly #address: AmqpAddress;
  readonly #settings: RabbitmqSettings;
  readonly #opened = new Set<{ close(): Promise<void> }>();
  readonly #consumers = new Set<RabbitmqConsumer>();

  constructor(address: AmqpAddress, settings: RabbitmqSettings) {
    this.#address = address;
    this.#settings = settings;
    this.url = formatAmqpUrl(address);
  }

  prepare(): Promise<void> {
    return this.#reach((client) =>
      client.withConnection((connection) => ensureTopology(connection, this.#address)),
    );
  }

  async openSender({ onConnection }: SenderOptions): Promise<Sender> {
    const { exchange, routingKey } = this.#address;
    const sender = new RabbitmqSender({
      client: this.#client('qbl-sender'),
      target: { exchange, routingKey },
      maxMessageBytes: this.#settings.maxMessageBytes,
      prepare: madeOnce(this.#address),
      onConnection,
    });
    return this.#keep(sender);
  }

  async openReader(options: ReaderOptions): Promise<Reader> {
    const { from, consume, name } = options;
    if (from.kind === 'end') {
      const open = (client: RabbitmqClient) => openTap(client, this.#address, options);
      return this.#keep(await this.#reach(open, `qbl-${name}`));
    }
    if (from.kind !== 'beginning') {
      throw new QblError('usage', `${this.url} cannot be read from a position or a time.`, {
        hint: 'RabbitMQ keeps no messages after they were acknowledged. To read the remaining messages, omit --from and add --consume.',
      });
    }
    if (!consume) throw readingTakes(this.url);
    await this.#mustExist();
    return this.#keep(new TakingReader(this.#client(`qbl-${name}`), this.#address.queue, options));
  }

  async openConsumer(options: ConsumerOptions): Promise<Consumer> {
    await this.#mustExist();
    const consumer = new RabbitmqConsumer(this.#client('qbl-consumer'), this.#address.queue, options);
    this.#consumers.add(consumer);
    return this.#keep(consumer);
  }

  async openBacklog(): Promise<BacklogWatch> {
    await this.#mustExist();
    return this.#keep(
      new RabbitmqBacklog({ counter: this.#counter('qbl-backlog'), consumers: this.#consumers }),
    );
  }

  async openCountsWatch(): Promise<CountsWatch> {
    await this.#mustExist();
    const { managementUrl: url } = this.#settings;
    const management = url === null ? null : new ManagementApi({ ...this.#settings, url }, this.#address);
    const watch = new RabbitmqCountsWatch(this.#counter('qbl-observer'), management);
    try {
      await watch.begin();
    } catch (error) {
      await watch.close();
      throw new QblError('environment', `Cannot observe ${this.url}: ${describeRabbitmqError(error)}`, {
        cause: error,
        hint: 'Check management.url, and that the user has the tag monitoring. Without management.url, unacknowledged messages are not counted.',
      });
    }
    return this.#keep(watch);
  }

  /**
   * Returns a name that is the same for all URLs of this queue. Two URLs that differ only in the exchange or the
   * routing key can name the same queue. So the name contains neither of these values.
   */
  async ownName(): Promise<string | null> {
    const { hosts, vhost, queue } = this.#address;
    const address = await reachedAddress(hosts);
    return address === null ? null : JSON.stringify([address, vhost, queue]);
  }

  /**
   * Number of ready messages. RabbitMQ also reports 0 if the leader of a quorum queue does not answer (see
   * QueueCount), so the caller must conclude nothing from 0.
   */
  async depth(): Promise<Depth> {
    const { messageCount } = await this.#mustExist();
    return { ready: messageCount, inFlight: null };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#opened].map((opened) => opened.close()));
    this.#opened.clear();
  }

  /**
   * Counts the queue.
   * @throws QblError 'environment' if the queue does not exist or cannot be reached
   */
  #mustExist(): Promise<QueueCount> {
    const { queue } = this.#address;
    return this.#reach(async (client) => {
      const count = await client.withConnection((connection) => countQueue(connection, queue));
      if (count === null) throw new Error(`the queue '${queue}' does not exist`);
      return count;
    });
  }

  async #reach<T>(work: (client: RabbitmqClient) => Promise<T>, name = 'qbl'): Promise<T> {
    try {
      return await work(this.#client(name));
    } catch (error) {
      throw new QblError(
        'environment',
        `The queue ${this.url} cannot be reached: ${describeRabbitmqError(error)}`,
        {
          cause: error,
          hint: 'Check that RabbitMQ is running at this address, and that the user in the file of --queue-config may create and use the queue.',
        },
      );
    }
  }

  #counter(name: string): QueueCounter {
    return new QueueCounter(this.#client(name), this.#address.queue);
  }

  #client(name: string): RabbitmqClient {
    return new RabbitmqClient(this.#address, this.#settings, name);
  }

  #keep<T extends { close(): Promise<void> }>(opened: T): T {
    this.#opened.add(opened);
    return opened;
  }
}

/**
 * Creates the exchange and the queue on the first connection. On later connections, only checks that they
 * exist. If qbl recreated a lost queue, a tap would not notice that acknowledged messages are lost.
 */
function madeOnce(address: AmqpAddress): (connection: Connection) => Promise<void> {
  let made = false;
  return async (connection) => {
    await (made ? requireTopology : ensureTopology)(connection, address);
    made = true;
  };
}

function readingTakes(url: string): QblError {
  return new QblError('usage', `Reading ${url} removes its messages permanently.`, {
    hint: 'To allow the removal, add --consume. To read copies instead, start `qbl verify --follow` before the first send, or use `qbl run`, which does so.',
  });
}
