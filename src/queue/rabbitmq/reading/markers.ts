import type { AsyncMessage } from 'rabbitmq-client';
import { Condition, within } from '../../condition.ts';
import type { SendOutcome } from '../../queue.ts';
import type { RabbitmqClient } from '../connection/client.ts';
import { RabbitmqSender } from '../sending/sender.ts';

const RETRY_MS = 100;
const TIMEOUT_MS = 5_000;
const FIRST_TIMEOUT_MS = 10_000;
const NO_ANSWER: SendOutcome = { kind: 'unknown', detail: 'RabbitMQ does not answer' };

/**
 * Sends marker messages directly to one queue. When a marker arrives, every message that was sent before the marker has
 * arrived. Markers use their own connection. RabbitMQ may block a connection that publishes, and would then also ignore
 * the acknowledgements on this connection.
 */
export class Markers {
  readonly #prefix: string;
  readonly #sender: RabbitmqSender;
  readonly #changed = new Condition();
  #sent = 0;

  /**
   * Creates the markers of one queue.
   * @param queue random name, so that no other client publishes directly to this queue
   */
  constructor(client: RabbitmqClient, queue: string) {
    this.#prefix = `${queue} `;
    this.#sender = new RabbitmqSender({
      client,
      target: { exchange: '', routingKey: queue },
      maxMessageBytes: Number.POSITIVE_INFINITY,
      prepare: async () => {},
      onConnection: () => this.#changed.notifyAll(),
    });
  }

  /**
   * Sends the first marker as soon as the connection is open.
   * @throws Error if the marker cannot be sent
   */
  async begin(): Promise<void> {
    const deadlineMs = performance.now() + FIRST_TIMEOUT_MS;
    let outcome = await this.#trySend();
    while (outcome.kind === 'refused' && performance.now() < deadlineMs) {
      await this.#changed.wait(RETRY_MS);
      outcome = await this.#trySend();
    }
    if (outcome.kind !== 'acked')
      throw new Error(`qbl cannot send its marker message for the end of the queue: ${outcome.detail}`);
  }

  /**
   * Sends a marker. Resolves with the marker's number, which is greater than all earlier ones.
   * @throws Error if RabbitMQ does not confirm the marker
   */
  async send(signal: AbortSignal): Promise<number> {
    const outcome = await this.#trySend(signal);
    if (outcome.kind !== 'acked') throw new Error(outcome.detail);
    return this.#sent;
  }

  /** Returns the number of a marker. Null if the message is not a marker. */
  numberOf({ exchange, body }: AsyncMessage): number | null {
    const text = exchange === '' ? String(body) : '';
    return text.startsWith(this.#prefix) ? Number(text.slice(this.#prefix.length)) : null;
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  async #trySend(signal?: AbortSignal): Promise<SendOutcome> {
    const value = Buffer.from(`${this.#prefix}${++this.#sent}`);
    const sending = this.#sender.send([{ key: null, value }], performance.now() + TIMEOUT_MS);
    const [outcome] = await within(sending, TIMEOUT_MS, [], signal);
    return outcome ?? NO_ANSWER;
  }
}
