import { randomUUID } from 'node:crypto';
import { QblError } from '../../error.ts';
import { isTrueScript } from '../../plan/flow/script.ts';
import { ExpressionError } from '../../plan/language/expression.ts';
import type { FilledText } from '../../plan/language/filled-text.ts';
import { textOf } from '../../plan/language/run-time.ts';
import type { ThreadVariables } from '../../plan/language/thread-variables.ts';
import { wholeEpochMs } from '../exchange/sent-at.ts';
import type { EndedTransaction } from './ended-transaction.ts';

/** The thread of a flow, as its controllers see it. */
export interface FlowThread {
  /** The number of the thread in its group, from 1. */
  readonly number: number;
  readonly run: string;
  readonly variables: ThreadVariables;
  /**
   * Called at each start of an iteration of a controller. Number 0 is the thread group. Returns false if the thread
   * ends.
   */
  readonly onIteration: (controller: number) => boolean;
  readonly onTransaction: (transaction: EndedTransaction) => void;
}

/** Ends the thread at the start of an iteration, before the next request is found. */
export class ThreadEnd extends Error {}

/** The most steps of controllers between two requests. Such steps without an end would stop the process. */
const MAX_STEPS = 1_000_000;

/** What the controllers of one thread share. */
export class FlowScope {
  readonly #group: string;
  readonly #thread: FlowThread;
  #steps = 0;
  /** Whether the last sample succeeded, or the last transaction that is written as one sample. */
  lastSucceeded = true;
  /** Whether the thread has sent a request. */
  hasSampled = false;

  /** @param group the name of the thread group */
  constructor(group: string, thread: FlowThread) {
    this.#group = group;
    this.#thread = thread;
  }

  get nowMs(): number {
    return wholeEpochMs(performance.now());
  }

  get variables(): ThreadVariables {
    return this.#thread.variables;
  }

  /** @throws QblError 'usage' if qbl cannot say what JMeter says */
  textOf(text: FilledText): string {
    return this.#said(() =>
      textOf(text, { variables: this.variables, mention: (name) => this.#mentioned(name) }),
    );
  }

  /** @throws QblError 'usage' if qbl cannot say what JMeter says */
  isTrueScript(condition: string): boolean {
    return this.#said(() => isTrueScript(condition));
  }

  /** @throws ThreadEnd */
  onIteration(controller: number): void {
    if (!this.#thread.onIteration(controller)) throw new ThreadEnd();
  }

  onTransaction(transaction: EndedTransaction): void {
    this.#thread.onTransaction(transaction);
  }

  /** JMeter's name of the variable with the number of a loop (IteratingController.java, updateIterationIndex). */
  showIndex(controller: string, index: number): void {
    this.variables.set(`__jm__${controller}__idx`, String(index));
  }

  onRequest(): void {
    this.#steps = 0;
  }

  /** @throws QblError 'usage' if the controllers of the thread reach no request */
  countStep(): void {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) throw this.#error(`its controllers reach no request in ${MAX_STEPS} steps`);
  }

  #mentioned(name: string): string {
    const { number, run } = this.#thread;
    switch (name) {
      case 'thread':
        return String(number);
      case 'run':
        return run;
      case 'now':
        return String(Date.now());
      case 'uuid':
        return randomUUID();
      default:
        throw new TypeError(`a controller mentions ${name}, which only a message has`);
    }
  }

  #said<T>(evaluate: () => T): T {
    try {
      return evaluate();
    } catch (error) {
      if (error instanceof ExpressionError) throw this.#error(error.message);
      throw error;
    }
  }

  #error(message: string): QblError {
    return new QblError('usage', `thread group '${this.#group}': ${message}`, {
      hint: 'To let JMeter send the plan, use: qbl jmeter --plan with the .jmx file',
    });
  }
}
