import type { TransactionStep } from '../../plan/flow/step.ts';
import { type FinishedSample, transactionMessage } from './ended-transaction.ts';
import type { FlowScope } from './flow-scope.ts';
import { OpenTransaction, type Reached } from './open-transaction.ts';
import { AGAIN, type Child, Sequence } from './sequence.ts';

/** A transaction with one sample for all its samples. Source of its behaviour: JMeter's TransactionController. */
export class ParentTransaction extends Sequence {
  readonly #includesTimers: boolean;
  #open: OpenTransaction | null = null;

  constructor(step: TransactionStep, children: readonly Child[], scope: FlowScope) {
    super(step, children, scope);
    this.#includesTimers = step.includesTimers;
  }

  override next(): Reached | null {
    if (this.#open?.isEnded === true) {
      this.#open = null;
      return null;
    }
    if (this.isFirst || this.#open === null)
      this.#open = new OpenTransaction(this.name, this.#includesTimers, this.scope);
    this.#open.reached = super.next();
    if (this.#open.reached === null) this.#open.end();
    return this.#open;
  }

  override endLoop(): void {
    const inner = this.#open?.reached;
    if (inner instanceof OpenTransaction) this.#open?.addTransaction(inner.result());
    this.#open?.end();
    this.#open = null;
    super.endLoop();
  }
}

/** A transaction with a sample of its own after its samples. Source of its behaviour: JMeter's TransactionController. */
export class SeparateTransaction extends Sequence {
  readonly #includesTimers: boolean;
  #isOpen = false;
  #startMs = 0;
  #lastEndMs = 0;
  #pauseMs = 0;
  #calls = 0;
  #failing = 0;
  #sum = NOTHING;

  constructor(step: TransactionStep, children: readonly Child[], scope: FlowScope) {
    super(step, children, scope);
    this.#includesTimers = step.includesTimers;
  }

  override next(): Reached | null {
    // JMeter counts a request once more for each controller without a request before it.
    for (let emptyControllers = 0; ; emptyControllers++) {
      if (this.isFirst) this.#start();
      const isLast = this.isAtEnd;
      const found = this.step();
      if (found === AGAIN) continue;
      if (found !== null) this.#calls += 1 + emptyControllers;
      else if (isLast) this.#finish();
      return found;
    }
  }

  /** Adds a sample that ended in the transaction. */
  onSample(sample: FinishedSample): void {
    if (!this.#isOpen) return;
    const sum = this.#sum;
    this.#sum = {
      bytes: sum.bytes + sample.bytes,
      sentBytes: sum.sentBytes + sample.sentBytes,
      latencyMs: sum.latencyMs + sample.latencyMs,
      connectMs: sum.connectMs + sample.connectMs,
      hasThread: true,
    };
    if (!this.#includesTimers) {
      this.#pauseMs += sample.endMs - sample.elapsedMs - this.#lastEndMs;
      this.#lastEndMs = sample.endMs;
    }
    if (!sample.success) this.#failing += 1;
  }

  override endLoop(): void {
    if (this.#isOpen) this.#write(this.scope.lastSucceeded, '');
    super.endLoop();
  }

  #start(): void {
    this.#isOpen = true;
    this.#startMs = this.scope.nowMs;
    this.#lastEndMs = this.#startMs;
    this.#pauseMs = 0;
    this.#calls = 0;
    this.#failing = 0;
    this.#sum = NOTHING;
  }

  #finish(): void {
    if (!this.#isOpen) return;
    if (!this.#includesTimers) this.#pauseMs += this.scope.nowMs - this.#lastEndMs;
    this.#write(this.#failing === 0, this.#failing === 0 ? '200' : '');
  }

  /** JMeter writes no transaction before the first sample of the thread. */
  #write(success: boolean, responseCode: string): void {
    if (!this.scope.hasSampled) return;
    this.#isOpen = false;
    const endMs = this.scope.nowMs;
    this.scope.onTransaction({
      name: this.name,
      startMs: this.#startMs,
      endMs,
      elapsedMs: endMs - this.#startMs - this.#pauseMs,
      idleMs: this.#pauseMs,
      success,
      responseCode,
      responseMessage: transactionMessage(this.#calls, this.#failing),
      ...this.#sum,
    });
  }
}

const NOTHING = { bytes: 0, sentBytes: 0, latencyMs: 0, connectMs: 0, hasThread: false };
