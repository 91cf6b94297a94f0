import type { OutgoingMessage, Sender, SendOutcome } from '../../queue.ts';
import { KafkaLink, type KafkaLinkOptions } from './link.ts';

/** Above this many messages kafkajs's encoding of one batch slows down. */
const MAX_BATCH_MESSAGES = 500;
const MAX_BATCH_BYTES = 512 * 1024;
/** The header of a record batch (DefaultRecordBatch) and the largest framing of one record (DefaultRecord). */
const FRAMING_BYTES = 61 + 32;

/** What both ways of sending have in common: the link to the cluster, and the bounds of a batch. */
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

  /** Half of the topic's limit leaves room for the framing of small messages; a batch over it is halved. */
  get maxBatchBytes(): number {
    return Math.min(MAX_BATCH_BYTES, Math.ceil(this.maxMessageBytes / 2));
  }

  abstract send(messages: readonly OutgoingMessage[], deadlineMs: number): Promise<readonly SendOutcome[]>;

  /** Lets what is under way end, and closes the connections. */
  async close(): Promise<void> {
    await this.settled();
    await this.link.close();
  }

  /** Resolves when no attempt is under way any more. */
  protected abstract settled(): Promise<unknown>;
}
