import type { OutgoingMessage, Sender, SendOutcome } from '../../queue.ts';
import { KafkaLink, type KafkaLinkOptions } from './link.ts';

/** With more messages in one batch, kafkajs's encoding becomes slower. */
const MAX_BATCH_MESSAGES = 500;
const MAX_BATCH_BYTES = 512 * 1024;
/** Size of a record batch header (DefaultRecordBatch) plus the largest overhead of one record (DefaultRecord). */
const FRAMING_BYTES = 61 + 32;

/** The common part of both senders: the link to the cluster and the limits of a batch. */
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
   * Half of the topic's limit leaves room for the overhead of small messages. A batch that is still too large is
   * halved.
   */
  get maxBatchBytes(): number {
    return Math.min(MAX_BATCH_BYTES, Math.ceil(this.maxMessageBytes / 2));
  }

  abstract send(messages: readonly OutgoingMessage[], deadlineMs: number): Promise<readonly SendOutcome[]>;

  /** Waits for attempts in flight, then closes the connections. */
  async close(): Promise<void> {
    await this.settled();
    await this.link.close();
  }

  /** Resolves when no attempt is in flight. */
  protected abstract settled(): Promise<unknown>;
}
