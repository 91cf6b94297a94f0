import { pause } from '../../pause.ts';
import type { OutgoingMessage, Queue, Sender, SendOutcome } from '../../queue/queue.ts';

const SEND_WITHIN_MS = 10_000;
const RETRY_MS = 500;

interface Letter extends OutgoingMessage {
  readonly settle: (outcome: SendOutcome) => void;
}

/**
 * Sends messages whose attempts all failed to the dead-letter queue. If the outcome of a send is unknown, sends the
 * message again. So no message is lost, but the dead-letter queue can contain a message twice.
 */
export class DeadLetters {
  readonly #queue: Queue;
  readonly #sender: Sender;
  readonly #log: (line: string) => void;
  /**
   * Messages that wait to be sent to the dead-letter queue. Their number never exceeds the number of messages in
   * flight.
   */
  readonly #pending: Letter[] = [];
  #sending = false;
  /** The last line of the log, until a message was sent. A queue that is down for long causes the same line again. */
  #lastLine: string | null = null;

  private constructor(queue: Queue, sender: Sender, log: (line: string) => void) {
    this.#queue = queue;
    this.#sender = sender;
    this.#log = log;
  }

  /**
   * Opens the dead-letter queue, and creates it if it does not exist. `close` also closes the queue.
   * @throws QblError 'environment' if the queue cannot be reached or created
   */
  static async open(queue: Queue, log: (line: string) => void): Promise<DeadLetters> {
    await queue.prepare();
    return new DeadLetters(queue, await queue.openSender({ keyed: false, onConnection: () => {} }), log);
  }

  /**
   * Sends a message to the dead-letter queue. Resolves when that queue has acknowledged it. Gives up when the signal is
   * aborted, or if an attempt fails while the service finishes.
   */
  async send(
    value: Buffer | null,
    signal: AbortSignal,
    isFinishing: () => boolean,
  ): Promise<'sent' | 'interrupted'> {
    while (!signal.aborted) {
      const outcome = this.#sender.connected ? await this.#attempt(value) : null;
      if (outcome?.kind === 'acked') {
        this.#lastLine = null;
        return 'sent';
      }
      const isLast = isFinishing();
      const then = isLast ? 'its message returns to the queue' : 'trying again';
      this.#logOnce(`cannot send a dead letter, ${then}: ${outcome?.detail ?? 'not connected to its queue'}`);
      if (isLast) return 'interrupted';
      await pause(RETRY_MS, signal);
    }
    return 'interrupted';
  }

  async close(): Promise<void> {
    await this.#sender.close();
    await this.#queue.close();
  }

  #logOnce(line: string): void {
    if (line === this.#lastLine) return;
    this.#lastLine = line;
    this.#log(line);
  }

  #attempt(value: Buffer | null): Promise<SendOutcome> {
    return new Promise((settle) => {
      this.#pending.push({ key: null, value: value ?? Buffer.alloc(0), settle });
      if (!this.#sending) void this.#sendPending();
    });
  }

  async #sendPending(): Promise<void> {
    this.#sending = true;
    while (this.#pending.length > 0) {
      const batch = this.#nextBatch();
      const outcomes = await this.#sender.send(batch, performance.now() + SEND_WITHIN_MS);
      for (const [index, { settle }] of batch.entries()) {
        settle(outcomes[index] ?? { kind: 'unknown', detail: 'no outcome' });
      }
    }
    this.#sending = false;
  }

  #nextBatch(): Letter[] {
    const { maxBatchMessages, maxBatchBytes } = this.#sender;
    let bytes = 0;
    let count = 0;
    for (const { value } of this.#pending) {
      bytes += value.length;
      if (count > 0 && (bytes > maxBatchBytes || count === maxBatchMessages)) break;
      count++;
    }
    return this.#pending.splice(0, count);
  }
}
