import { type EndedTransaction, type FinishedSample, transactionMessage } from './ended-transaction.ts';
import type { FlowScope } from './flow-scope.ts';

/** What a thread has reached: a request by its number, or a transaction with the request in it. */
export type Reached = number | OpenTransaction;

/** A transaction whose samples are parts of one sample. Source of its behaviour: JMeter's TransactionSampler. */
export class OpenTransaction {
  readonly #name: string;
  readonly #includesTimers: boolean;
  readonly #scope: FlowScope;
  readonly #startMs: number;
  /** The request or the transaction that the thread has reached in this one. Null if this transaction has ended. */
  reached: Reached | null = null;
  #isEnded = false;
  #endMs = 0;
  #idleMs = 0;
  #calls = 0;
  #failing = 0;
  #totalMs = 0;
  #connectMs = 0;
  #bytes = 0;
  #sentBytes = 0;
  #responseCode = '';

  constructor(name: string, includesTimers: boolean, scope: FlowScope) {
    this.#name = name;
    this.#includesTimers = includesTimers;
    this.#scope = scope;
    this.#startMs = scope.nowMs;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  add(sample: FinishedSample): void {
    this.#calls += 1;
    if (this.#failing === 0) this.#responseCode = sample.responseCode;
    if (!sample.success) this.#failing += 1;
    this.#totalMs += sample.elapsedMs;
    this.#connectMs += sample.connectMs;
    this.#bytes += sample.bytes;
    this.#sentBytes += sample.sentBytes;
    this.#endMs = Math.max(this.#endMs, sample.endMs);
  }

  /** Adds a transaction that ended in this one. JMeter writes its sample below the sample of this one. */
  addTransaction(inner: EndedTransaction): void {
    this.add(inner);
    this.#scope.onTransaction(inner);
  }

  end(): void {
    this.#isEnded = true;
    if (this.#failing === 0) this.#responseCode = '200';
    if (this.#includesTimers) return;
    this.#endMs = this.#scope.nowMs;
    this.#idleMs = this.#endMs - this.#startMs - this.#totalMs;
  }

  result(): EndedTransaction {
    return {
      name: this.#name,
      startMs: this.#startMs,
      endMs: this.#endMs,
      elapsedMs: this.#endMs === 0 ? 0 : this.#endMs - this.#startMs - this.#idleMs,
      idleMs: this.#idleMs,
      // JMeter adds up no latencies here.
      latencyMs: 0,
      connectMs: this.#connectMs,
      bytes: this.#bytes,
      sentBytes: this.#sentBytes,
      success: this.#failing === 0,
      responseCode: this.#responseCode,
      responseMessage: transactionMessage(this.#calls, this.#failing),
      hasThread: true,
    };
  }
}
