import { TRANSACTION } from '../../samples/jtl/jtl-reader.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { elapsedMsOf, wholeEpochMs } from '../exchange/sent-at.ts';

/** What a transaction needs of a sample in it. Times are whole epoch milliseconds. */
export interface FinishedSample {
  readonly endMs: number;
  readonly elapsedMs: number;
  readonly latencyMs: number;
  readonly connectMs: number;
  readonly bytes: number;
  readonly sentBytes: number;
  readonly success: boolean;
  readonly responseCode: string;
}

/** The sample of a transaction that has ended. */
export interface EndedTransaction extends FinishedSample {
  readonly name: string;
  readonly startMs: number;
  readonly responseMessage: string;
  readonly idleMs: number;
  /** False if the transaction has no sample. JMeter then writes no name of a thread. */
  readonly hasThread: boolean;
}

/** JMeter's message of a transaction (TransactionController.java, TransactionSampler.java). */
export function transactionMessage(calls: number, failing: number): string {
  return `${TRANSACTION}${calls}, number of failing samples : ${failing}`;
}

/** Returns what a transaction needs of the exchange of a request. */
export function finishedSample(exchange: Exchange): FinishedSample {
  const { startedAt, endedAt, bytes, sentBytes, success, responseCode } = exchange;
  const span = (ms: number): number => elapsedMsOf(startedAt, startedAt + ms);
  return {
    endMs: wholeEpochMs(endedAt),
    elapsedMs: elapsedMsOf(startedAt, endedAt),
    latencyMs: span(exchange.latencyMs),
    connectMs: span(exchange.connectMs),
    bytes,
    sentBytes,
    success,
    responseCode,
  };
}
