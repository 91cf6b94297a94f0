import type { ConnectionState, ConsumedMessage, Consumer, Queue } from '../../queue/queue.ts';
import type { ReceiptOutcome, ReceiptWriter } from '../../runs/rows/receipts-csv.ts';
import { newPresence } from '../working/presence.ts';
import type { Workers, WorkResult } from '../working/workers.ts';
import { type Arrival, arrivalOf, waitsSinceMs } from './arrival.ts';
import type { Counter } from './counts.ts';
import type { DeadLetters } from './dead-letter.ts';
import { type MessageSource, type ReceivedMessage, type RunMessages, receivedOf } from './received.ts';
import type { Waiting } from './waiting.ts';

/** Options that all instances of a service share. */
export interface InstanceOptions {
  readonly queue: Queue;
  readonly group: string;
  /** The run whose messages are counted. Null if all messages are counted. */
  readonly run: string | null;
  readonly messages: MessageSource;
  readonly maxInFlight: number;
  readonly maxAttempts: number;
  /**
   * Sends the messages that the service gives up to the dead-letter queue. Null if the service never gives up a
   * message.
   */
  readonly deadLetters: DeadLetters | null;
  /** Writes the receipts. Null if no receipts are written. */
  readonly receipts: ReceiptWriter | null;
  readonly counter: Counter;
  readonly waiting: Waiting;
  readonly onMessage: () => void;
  readonly onWork: (arrivedAtMs: number, startedAtMs: number, finishedAtMs: number) => void;
  readonly onConnection: (instance: number, state: ConnectionState) => void;
  /** Called when the service cannot continue, because of a file that it cannot read or write, or because of a bug. */
  readonly onFailure: (error: unknown) => void;
}

/** A message that an instance has taken but not finished. */
interface Task extends ReceivedMessage {
  readonly message: ConsumedMessage;
  readonly arrival: Arrival;
  /** True if the message belongs to the counted run, or if the service counts all messages. */
  readonly isOwn: boolean;
  /** How the messages of the run were recognised when this message was read. */
  readonly known: RunMessages;
}

type Attempted = Exclude<WorkResult, { kind: 'interrupted' }>;

/** One instance of the service: a consumer and its workers. */
export class Instance {
  readonly #number: number;
  readonly #workers: Workers;
  readonly #options: InstanceOptions;
  readonly #inFlight = new Set<Promise<void>>();
  #consumer: Consumer | null = null;
  #presence = newPresence();
  #isFinishing = false;

  /** @param number number of the instance, from 1 */
  constructor(number: number, workers: Workers, options: InstanceOptions) {
    this.#number = number;
    this.#workers = workers;
    this.#options = options;
  }

  /**
   * Starts to take messages.
   * @throws QblError 'environment' when the queue cannot be reached
   */
  async join(): Promise<void> {
    const { queue, group, maxInFlight, onConnection } = this.#options;
    this.#workers.comeBack();
    this.#presence = newPresence();
    this.#consumer = await queue.openConsumer({
      group,
      maxInFlight,
      onMessage: (message) => this.#take(message),
      onConnection: (state) => onConnection(this.#number, state),
    });
  }

  /** Stops taking messages at once. Messages in flight return to the queue. */
  async leave(): Promise<void> {
    this.#workers.leave();
    this.#presence.abort();
    await this.#settled();
    await this.#close();
  }

  /**
   * Takes no more messages, finishes the messages in flight, and closes the consumer. Messages that cannot be sent to the
   * dead-letter queue return to the queue.
   */
  async finish(): Promise<void> {
    await this.#consumer?.stop();
    this.#isFinishing = true;
    await this.#settled();
    await this.#close();
  }

  async #close(): Promise<void> {
    const consumer = this.#consumer;
    this.#consumer = null;
    await consumer?.close();
  }

  async #settled(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  #take(message: ConsumedMessage): void {
    const { onFailure } = this.#options;
    const processing = this.#takeAndProcess(message)
      .catch(onFailure)
      .finally(() => this.#inFlight.delete(processing));
    this.#inFlight.add(processing);
  }

  async #takeAndProcess(message: ConsumedMessage): Promise<void> {
    const task = this.#taskOf(message);
    if (task.isOwn) this.#noteOwn(task);
    else this.#options.waiting.addOther(message);
    await this.#process(task);
  }

  #taskOf(message: ConsumedMessage): Task {
    const { run, messages } = this.#options;
    const known = messages.recent();
    const received = receivedOf(message, messages);
    const isOwn = run === null || received.identity?.run === run;
    return { message, ...received, arrival: arrivalOf(message, received), isOwn, known };
  }

  /**
   * Reads the message of a task again if run.json has changed. If the sender has started again, a message that was taken
   * before is of the earlier start, and its receipt must not count for the last start.
   */
  #reread(task: Task): Task {
    return this.#options.messages.latest() === task.known ? task : this.#taskOf(task.message);
  }

  #noteOwn({ message, arrival }: Task): void {
    const { waiting, counter, onMessage } = this.#options;
    waiting.add(message, waitsSinceMs(arrival, message));
    if (message.redelivered) counter.count('redelivered');
    onMessage();
  }

  async #process(taken: Task): Promise<void> {
    const { maxAttempts } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const work = await this.#workers.work();
      if (work.kind === 'interrupted') return this.#giveBack(taken);
      const task = this.#reread(taken);
      if (task.isOwn) this.#countAttempt(task, attempt, work);
      if (work.kind === 'done') return this.#conclude(task, attempt, work, 'processed');
      if (attempt >= maxAttempts) return this.#deadLetter(task, attempt, work);
      await this.#writeReceipt(task, attempt, work, 'failed');
    }
  }

  #countAttempt({ arrival }: Task, attempt: number, { kind, startedAtMs, finishedAtMs }: Attempted): void {
    const { counter } = this.#options;
    counter.countAttempt(attempt === 1 ? arrival : null, startedAtMs, finishedAtMs);
    if (kind === 'failed') counter.count('failed');
  }

  async #deadLetter(task: Task, attempt: number, work: Attempted): Promise<void> {
    const { deadLetters } = this.#options;
    const isFinishing = () => this.#isFinishing;
    const sent = await deadLetters?.send(task.message.value, this.#presence.signal, isFinishing);
    if (sent === 'interrupted') return this.#giveBack(task);
    await this.#conclude(task, attempt, work, 'dead-lettered');
  }

  /**
   * Writes the receipt, then acknowledges the message. If the service is killed between the two, the queue delivers
   * the message again.
   */
  async #conclude(task: Task, attempt: number, work: Attempted, outcome: ReceiptOutcome): Promise<void> {
    const { counter, waiting, onWork } = this.#options;
    await this.#writeReceipt(task, attempt, work, outcome);
    task.message.ack();
    waiting.done(task.message);
    if (!task.isOwn) counter.count('others');
    else {
      counter.count(outcome === 'processed' ? 'processed' : 'deadLettered');
      counter.countEnd(task.arrival, work.finishedAtMs);
    }
    onWork(task.arrival.atMs, work.startedAtMs, work.finishedAtMs);
  }

  #giveBack({ message }: Task): void {
    this.#options.waiting.giveBack(message);
  }

  async #writeReceipt(
    { identity, sentAtMs, condition, arrival }: Task,
    attempt: number,
    { startedAtMs, finishedAtMs }: Attempted,
    outcome: ReceiptOutcome,
  ): Promise<void> {
    await this.#options.receipts?.write({
      identity,
      sentAtMs,
      attempt,
      instance: this.#number,
      arrivedAtMs: arrival.atMs,
      startedAtMs,
      finishedAtMs,
      outcome,
      condition,
    });
  }
}
