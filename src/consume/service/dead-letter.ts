import type { OutgoingMessage, Queue, Sender, SendOutcome } from '../../queue/queue.ts';
import { type Clock, systemClock } from '../working/clock.ts';
import { DeadLetterLog } from './dead-letter-log.ts';

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
  readonly #log: DeadLetterLog;
  readonly #clock: Clock;
  /**
   * Messages that wait to be sent to the dead-letter queue. Their number never exceeds the number of messages in
   * flight.
   */
  readonly #pending: Letter[] = [];
  #sending = false;

  private constructor(queue: Queue, sender: Sender, log: (line: string) => void, clock: Clock) {
    this.#queue = queue;
    this.#sender = sender;
    this.#log = new DeadLetterLog(log, clock);
    this.#clock = clock;
  }

  /**
   * Opens the dead-letter queue, and creates it if it does not exist. `close` also closes the queue.
   * @throws QblError 'environment' if the queue cannot be reached or created
   */
  static async open(queue: Queue, log: (line: string) => void, clock = systemClock): Promise<DeadLetters> {
    await queue.prepare();
    const sender = await queue.openSender({ keyed: false, onConnection: () => {} });
    return new DeadLetters(queue, sender, log, clock);
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
    const message = {};
    while (!signal.aborted) {
      const outcome = this.#sender.connected ? await this.#attempt(value) : null;
      if (outcome?.kind === 'acked') {
        this.#log.sent(message);
        return 'sent';
      }
      const detail = outcome?.detail ?? 'not connected to the dead-letter queue';
      if (isFinishing()) {
        this.#log.returns(message, detail);
        return 'interrupted';
      }
      this.#log.waits(message, detail);
      await this.#clock.until(this.#clock.now() + RETRY_MS, signal);
    }
    this.#log.returns(message, null);
    return 'interrupted';
  }

  async close(): Promise<void> {
    await this.#sender.close();
    await this.#queue.close();
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
