import { QblError } from '../../error.ts';
import { shellWord } from '../../shell-word.ts';
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
import { formatSqsUrl, type SqsAddress } from '../url/sqs-url.ts';
import type { CountsWatch } from '../watching/counts-watch.ts';
import { SqsBacklog } from './reading/backlog.ts';
import { CONSUMING_RECEIVERS, SqsConsumer } from './reading/consumer.ts';
import { SqsCountsWatch } from './reading/counts-watch.ts';
import { AWS_PACE, SqsReader, STAND_IN_PACE } from './reading/reader.ts';
import { AWS_COUNTS_LAG_MS, type QueueAttributes } from './requests/attributes.ts';
import { describeSqsError, isMissingQueue } from './requests/errors.ts';
import { QueueClient } from './requests/queue-client.ts';
import { MAX_IN_FLIGHT, SqsSender } from './sending/sender.ts';

const REQUEST_TIMEOUT_MS = 10_000;
/**
 * Number of sockets for requests that read the queue's attributes, in addition to the sockets for messages.
 */
const FURTHER_REQUESTS = 2;

/** One queue of AWS SQS, or of an emulator with the same protocol. */
export class SqsQueue implements Queue {
  readonly capabilities: Capabilities;
  readonly url: string;
  readonly #address: SqsAddress;
  readonly #env: NodeJS.ProcessEnv;
  readonly #opened = new Set<{ close(): Promise<void> }>();

  /**
   * Creates a queue without connecting.
   * @param env environment variables, which can contain the credentials for an emulator
   */
  constructor(address: SqsAddress, env: NodeJS.ProcessEnv) {
    this.#address = address;
    this.#env = env;
    this.url = formatSqsUrl(address);
    const { fifo } = address;
    this.capabilities = {
      tap: false,
      replay: false,
      order: fifo ? 'message group' : null,
      deduplicates: fifo,
    };
  }

  async prepare(): Promise<void> {
    await this.#withClient((client) => this.#reach(client.prepare(REQUEST_TIMEOUT_MS)));
  }

  async openSender(options: SenderOptions): Promise<Sender> {
    const { fifo } = this.#address;
    if (options.keyed && !fifo) {
      throw new QblError('usage', 'An SQS queue keeps the order of keys only if it is a FIFO queue.', {
        hint: 'Remove --key-from, or use a queue whose name ends in .fifo.',
      });
    }
    return this.#keep(new SqsSender(this.#client(MAX_IN_FLIGHT + FURTHER_REQUESTS), fifo, options));
  }

  async openReader({ from, consume, onDeliveries }: ReaderOptions): Promise<Reader> {
    if (!consume) {
      throw new QblError('usage', 'Reading an SQS queue removes its messages permanently.', {
        hint: `To allow the removal, add --consume. To verify without it, let a service of qbl process the messages, such as that of \`qbl run --queue ${shellWord(this.url)} --service-rate 50\`: verify then reads the receipts of the service.`,
      });
    }
    if (from.kind === 'positions' || from.kind === 'time') {
      throw new QblError('usage', 'An SQS queue can be read only from its beginning.');
    }
    const pace = this.#address.region === null ? STAND_IN_PACE : AWS_PACE;
    const client = this.#client(pace.receivers + FURTHER_REQUESTS);
    const { visibilitySeconds } = await this.#mustAnswer(client);
    return this.#keep(new SqsReader({ client, visibilitySeconds, pace, onDeliveries }));
  }

  /**
   * Opens a consumer. Ignores the group, because SQS has no consumer groups: all consumers share the queue.
   */
  async openConsumer(options: ConsumerOptions): Promise<Consumer> {
    const client = this.#client(CONSUMING_RECEIVERS + FURTHER_REQUESTS);
    await this.#mustAnswer(client);
    return this.#keep(new SqsConsumer(client, options));
  }

  async openBacklog(): Promise<BacklogWatch> {
    const client = this.#client(FURTHER_REQUESTS);
    await this.#mustAnswer(client);
    return this.#keep(new SqsBacklog(client, this.#countsAgeMs));
  }

  async openCountsWatch(): Promise<CountsWatch> {
    const client = this.#client(FURTHER_REQUESTS);
    await this.#mustAnswer(client);
    return this.#keep(new SqsCountsWatch(client, this.#countsAgeMs));
  }

  /**
   * Returns the ARN, which is unique on AWS. Several emulators can use the same ARN, so the name also has their
   * address.
   */
  async ownName(): Promise<string | null> {
    const attributes = await this.#withClient((client) => this.#reach(this.#attributesIfThere(client)));
    const arn = attributes?.arn ?? null;
    if (arn === null || this.#address.region !== null) return arn;
    const address = await reachedAddress([this.#address]);
    return address === null ? null : `${address}/${arn}`;
  }

  async depth(): Promise<Depth> {
    const { visible, delayed, notVisible } = await this.#withClient((client) =>
      this.#reach(client.attributes(REQUEST_TIMEOUT_MS)),
    );
    return { ready: visible + delayed, inFlight: notVisible };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#opened].map((opened) => opened.close()));
    this.#opened.clear();
  }

  /** Age of the counts. It is 0 for an emulator, because an emulator is one process and counts exactly. */
  get #countsAgeMs(): number {
    return this.#address.region === null ? 0 : AWS_COUNTS_LAG_MS;
  }

  /** Requests the queue's attributes. Closes the client if the queue does not answer. */
  #mustAnswer(client: QueueClient): Promise<QueueAttributes> {
    return this.#reach(client.attributes(REQUEST_TIMEOUT_MS)).catch((error) => {
      client.close();
      throw error;
    });
  }

  /** Requests the queue's attributes. Null if the queue is missing. */
  #attributesIfThere(client: QueueClient): Promise<QueueAttributes | null> {
    return client.attributes(REQUEST_TIMEOUT_MS).catch((error) => {
      if (isMissingQueue(error)) return null;
      throw error;
    });
  }

  /**
   * Waits for the queue's answer.
   * @throws QblError 'environment' if the queue does not answer correctly
   */
  async #reach<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      throw new QblError(
        'environment',
        `The queue ${this.url} cannot be reached: ${describeSqsError(error)}`,
        {
          cause: error,
          hint: 'Check the address in the queue URL, and that your AWS credentials allow access to the queue.',
        },
      );
    }
  }

  async #withClient<T>(work: (client: QueueClient) => Promise<T>): Promise<T> {
    const client = this.#client(FURTHER_REQUESTS);
    try {
      return await work(client);
    } finally {
      client.close();
    }
  }

  #client(maxRequests: number): QueueClient {
    return new QueueClient(this.#address, this.#env, maxRequests);
  }

  #keep<T extends { close(): Promise<void> }>(opened: T): T {
    this.#opened.add(opened);
    return opened;
  }
}
