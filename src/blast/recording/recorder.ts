import type { JtlWriter } from '../../samples/jtl/jtl-writer.ts';
import type { Histogram } from '../../samples/latency/histogram.ts';
import { newLatencyHistogram, recordLatencyMs } from '../../samples/latency/histogram.ts';
import { outcomeOf } from '../../samples/outcome.ts';
import type { Sample } from '../../samples/sample.ts';
import { Statistics } from '../../samples/summary/statistics.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { TargetRequest } from '../exchange/request.ts';
import { elapsedMsOf, wholeEpochMs } from '../exchange/sent-at.ts';
import type { EndedTransaction } from '../flow/ended-transaction.ts';
import type { Tracer } from './tracer.ts';

/** The identity and position of a sample, and the number of active threads when it ended. */
export interface SampleContext {
  readonly request: TargetRequest;
  /** The number of the request in its group, from 1. */
  readonly number: number;
  readonly threadName: string;
  /** The number of the group in the plan, from 1. Null if the name of the thread shows the group. */
  readonly threadGroup: number | null;
  readonly loop: number;
  readonly grpThreads: number;
  readonly allThreads: number;
  /** The scheduled time of sending, on the clock of `performance.now()`. */
  readonly intendedAt: number;
}

/** The thread of a sample, its loop, and the number of active threads when the sample ended. */
export type ThreadPlace = Pick<
  SampleContext,
  'threadName' | 'threadGroup' | 'loop' | 'grpThreads' | 'allThreads'
>;

/** Converts requests and responses to samples: rows, counts and latencies. */
export class Recorder {
  readonly statistics = new Statistics();
  /** Time from the actual start to the end of the response. */
  readonly latency: Histogram = newLatencyHistogram();
  /** Time from the scheduled start to the end of the response. It includes the wait for a free thread. */
  readonly intendedLatency: Histogram = newLatencyHistogram();
  /** Writes requests and responses in full. Null if nothing is traced. */
  readonly tracer: Tracer | null;
  readonly #writer: JtlWriter;
  readonly #onSample: ((sample: Sample) => void) | undefined;

  constructor(writer: JtlWriter, tracer: Tracer | null, onSample?: (sample: Sample) => void) {
    this.#writer = writer;
    this.tracer = tracer;
    this.#onSample = onSample;
  }

  /**
   * Records a sample. Returns false if the caller must wait for the writer's `drained()` before it sends
   * more.
   */
  record(exchange: Exchange, context: SampleContext): boolean {
    const sample = toSample(exchange, context);
    const { outcome } = exchange;
    this.statistics.add(sample, outcome);
    recordLatencyMs(this.latency, exchange.endedAt - exchange.startedAt);
    recordLatencyMs(this.intendedLatency, exchange.endedAt - context.intendedAt);
    if (exchange.captured !== null) this.tracer?.trace(sample, outcome, context.request, exchange.captured);
    this.#onSample?.(sample);
    return this.#writer.write(sample);
  }

  /** Records the sample of a transaction, which is no request. Returns false like `record`. */
  recordTransaction(transaction: EndedTransaction, context: ThreadPlace): boolean {
    const sample = transactionSample(transaction, context);
    this.statistics.addTransaction(sample);
    return this.#writer.write({ ...sample, outcome: outcomeOf(transaction) });
  }
}

/** JMeter writes a transaction without samples as if it had no thread. */
function transactionSample(transaction: EndedTransaction, context: ThreadPlace): Sample {
  const { hasThread } = transaction;
  return {
    timeStampMs: transaction.startMs,
    elapsedMs: transaction.elapsedMs,
    label: transaction.name,
    responseCode: transaction.responseCode,
    responseMessage: transaction.responseMessage,
    threadName: hasThread ? context.threadName : '',
    success: transaction.success,
    failureMessage: '',
    bytes: transaction.bytes,
    sentBytes: transaction.sentBytes,
    grpThreads: hasThread ? context.grpThreads : 0,
    allThreads: hasThread ? context.allThreads : 0,
    url: 'null',
    latencyMs: transaction.latencyMs,
    idleTimeMs: transaction.idleMs,
    connectMs: transaction.connectMs,
    loop: context.loop,
    ...(context.threadGroup === null ? {} : { threadGroup: context.threadGroup }),
  };
}

function toSample(exchange: Exchange, context: SampleContext): Sample {
  const { startedAt, endedAt } = exchange;
  const span = (ms: number): number => elapsedMsOf(startedAt, startedAt + ms);
  return {
    timeStampMs: wholeEpochMs(startedAt),
    elapsedMs: elapsedMsOf(startedAt, endedAt),
    label: context.request.label,
    responseCode: exchange.responseCode,
    responseMessage: exchange.responseMessage,
    threadName: context.threadName,
    success: exchange.success,
    failureMessage: exchange.failureMessage,
    bytes: exchange.bytes,
    sentBytes: exchange.sentBytes,
    grpThreads: context.grpThreads,
    allThreads: context.allThreads,
    url: context.request.shownUrl,
    latencyMs: span(exchange.latencyMs),
    idleTimeMs: 0,
    connectMs: span(exchange.connectMs),
    loop: context.loop,
    request: context.number,
    ...(context.threadGroup === null ? {} : { threadGroup: context.threadGroup }),
    outcome: exchange.outcome,
    ...(exchange.content === null ? {} : { content: exchange.content }),
  };
}
