import {
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SqsAddress } from '../../url/sqs-url.ts';
import { ANSWERS, type ReceivedMessage, readSqsAnswer, type SentAnswer } from './answers.ts';
import { parseAttributes, type QueueAttributes } from './attributes.ts';
import { createClient } from './client.ts';
import { isMissingQueue } from './errors.ts';
import { type RequestOptions, request } from './request.ts';

export interface ReceiveOptions {
  readonly waitSeconds: number;
  readonly visibilitySeconds: number;
  readonly signal: AbortSignal;
  /** Maximum number of messages in the answer: at most 10, which is also the default. */
  readonly maxMessages?: number;
}

/** SQS's limit for the messages of one ReceiveMessage answer and for the entries of one batch. */
export const MAX_BATCH_ENTRIES = 10;
const RECEIVED_ATTRIBUTES = [
  'ApproximateReceiveCount',
  'SentTimestamp',
  'MessageGroupId',
  'MessageDeduplicationId',
] as const;
/** How long to wait for an answer after the time in which SQS itself waits for messages. */
const RECEIVE_MARGIN_MS = 10_000;

/** Sends requests to one queue. Each request has a timeout, after which its outcome is unknown. */
export class QueueClient {
  readonly #address: SqsAddress;
  readonly #sdk: SQSClient;
  #queueUrl: string | null = null;

  /**
   * Creates a client of one queue.
   * @param maxRequests maximum number of requests that are open at the same time
   */
  constructor(address: SqsAddress, env: NodeJS.ProcessEnv, maxRequests: number) {
    this.#address = address;
    this.#sdk = createClient(address, env, maxRequests);
  }

  /** Returns the queue's attributes. Creates the queue if it is missing. */
  async prepare(timeoutMs: number): Promise<QueueAttributes> {
    try {
      return await this.attributes(timeoutMs);
    } catch (error) {
      if (!isMissingQueue(error)) throw error;
    }
    await this.#create(timeoutMs);
    return this.attributes(timeoutMs);
  }

  async attributes(timeoutMs: number): Promise<QueueAttributes> {
    const answer = await this.#ask({ timeoutMs }, (QueueUrl, options) =>
      this.#sdk.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }), options),
    );
    return parseAttributes(readSqsAnswer(ANSWERS.attributes, answer).Attributes ?? {});
  }

  async sendBatch(Entries: SendMessageBatchRequestEntry[], timeoutMs: number): Promise<SentAnswer> {
    const answer = await this.#ask({ timeoutMs }, (QueueUrl, options) =>
      this.#sdk.send(new SendMessageBatchCommand({ QueueUrl, Entries }), options),
    );
    return readSqsAnswer(ANSWERS.sent, answer);
  }

  /** Receives messages. Resolves as soon as a message arrives, or without messages after `waitSeconds`. */
  async receive({
    waitSeconds,
    visibilitySeconds,
    signal,
    maxMessages,
  }: ReceiveOptions): Promise<ReceivedMessage[]> {
    const timeoutMs = waitSeconds * 1_000 + RECEIVE_MARGIN_MS;
    const answer = await this.#ask({ timeoutMs, signal }, (QueueUrl, options) =>
      this.#sdk.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: maxMessages ?? MAX_BATCH_ENTRIES,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: visibilitySeconds,
          MessageSystemAttributeNames: [...RECEIVED_ATTRIBUTES],
          MessageAttributeNames: ['All'],
        }),
        options,
      ),
    );
    return readSqsAnswer(ANSWERS.received, answer).Messages;
  }

  /**
   * Deletes messages. Resolves with the receipt handles for which another attempt makes sense. If SQS refuses a
   * handle, its message was deleted, or will be redelivered with another handle.
   */
  async deleteBatch(receiptHandles: readonly string[], timeoutMs: number): Promise<string[]> {
    const Entries = receiptHandles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
    const answer = await this.#ask({ timeoutMs }, (QueueUrl, options) =>
      this.#sdk.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }), options),
    );
    const { Successful, Failed } = readSqsAnswer(ANSWERS.changed, answer);
    const settled = [...Successful, ...Failed.filter(({ SenderFault }) => SenderFault)].map(({ Id }) => Id);
    return Entries.filter(({ Id }) => !settled.includes(Id)).map(({ ReceiptHandle }) => ReceiptHandle);
  }

  /**
   * Hides messages for this many seconds from now; 0 returns them to the queue. Resolves with the receipt handles for
   * which that failed.
   */
  async hideBatch(receiptHandles: readonly string[], seconds: number, timeoutMs: number): Promise<string[]> {
    const Entries = receiptHandles.map((ReceiptHandle, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: seconds,
    }));
    const answer = await this.#ask({ timeoutMs }, (QueueUrl, options) =>
      this.#sdk.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }), options),
    );
    const { Successful } = readSqsAnswer(ANSWERS.changed, answer);
    const done = new Set(Successful.map(({ Id }) => Id));
    return Entries.filter(({ Id }) => !done.has(Id)).map(({ ReceiptHandle }) => ReceiptHandle);
  }

  close(): void {
    this.#sdk.destroy();
  }

  /**
   * Sends a request. If the queue is missing, the next request looks up its URL again, because the queue may be
   * recreated.
   */
  async #ask<T>(
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
    send: (queueUrl: string, options: RequestOptions) => Promise<T>,
  ): Promise<T> {
    try {
      const queueUrl = await this.#url(timeoutMs, signal);
      return await request(timeoutMs, signal, (options) => send(queueUrl, options));
    } catch (error) {
      if (isMissingQueue(error)) this.#queueUrl = null;
      throw error;
    }
  }

  async #url(timeoutMs: number, signal: AbortSignal | undefined): Promise<string> {
    if (this.#queueUrl !== null) return this.#queueUrl;
    const { queue, account } = this.#address;
    const command = new GetQueueUrlCommand({
      QueueName: queue,
      ...(account === null ? {} : { QueueOwnerAWSAccountId: account }),
    });
    const answer = await request(timeoutMs, signal, (options) => this.#sdk.send(command, options));
    return this.#found(answer);
  }

  async #create(timeoutMs: number): Promise<void> {
    const { queue, account, fifo } = this.#address;
    // CreateQueue creates a queue only in the account of the credentials, so a queue of another account cannot be
    // created.
    if (account !== null)
      throw new Error(`account ${account} has no such queue, and qbl cannot create one there`);
    const Attributes = fifo ? { FifoQueue: 'true' } : {};
    const command = new CreateQueueCommand({ QueueName: queue, Attributes });
    const answer = await request(timeoutMs, undefined, (options) => this.#sdk.send(command, options));
    this.#found(answer);
  }

  #found(answer: unknown): string {
    const { QueueUrl } = readSqsAnswer(ANSWERS.queueUrl, answer);
    this.#queueUrl = QueueUrl;
    return QueueUrl;
  }
}
