import type { OutgoingMessage, Sender, SendOutcome } from '../../queue.ts';
import { KafkaLink, type KafkaLinkOptions } from './link.ts';

/** Maximum number of messages in one batch. kafkajs encodes larger batches more slowly. */
const MAX_BATCH_MESSAGES = 500;
const MAX_BATCH_BYTES = 512 * 1024;
/** Size of a record batch header (DefaultRecordBatch) plus the largest overhead of one record (DefaultRecord). */
const FRAMING_BYTES = 61 + 32;

/** What the senders with and without keys have in common: the connection to the cluster and the limits of a batch. */
export abstract class LinkedSender implements Sender {
  readonly maxBatchMessages = MAX_BATCH_MESSAGES;
  abstract readonly maxInFlight: number;
  protected readonly link: KafkaLink;

  constructor(options: KafkaLinkOptions) {
    this.link = new KafkaLink(options);
  }

  get connected(): boolean {
    return this.link.state.kind === 'connected';
  }

  get maxMessageBytes(): number {
    return Math.max(1, this.link.maxMessageBytes - FRAMING_BYTES);
  }

  /**
   * Maximum size of the values of one batch: half of the topic's limit, because each message also needs some
   * bytes besides its value. A batch that is still too large is split into halves.
   */
  get maxBatchBytes(): number {
    return Math.min(MAX_BATCH_BYTES, Math.ceil(this.maxMessageBytes / 2));
  }

  abstract send(messages: readonly OutgoingMessage[], deadlineMs: number): Promise<readonly SendOutcome[]>;

  /** Waits until no attempt is open, then closes the connections. */
  async close(): Promise<void> {
    await this.settled();
    await this.link.close();
  }

  /** Resolves when no attempt is open. */
  protected abstract settled(): Promise<unknown>;
}
