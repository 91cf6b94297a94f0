import type { JtlWriter } from '../../samples/jtl/jtl-writer.ts';
import type { Histogram } from '../../samples/latency/histogram.ts';
import { newLatencyHistogram, recordLatencyMs } from '../../samples/latency/histogram.ts';
import { outcomeOf } from '../../samples/outcome.ts';
import type { Sample } from '../../samples/sample.ts';
import { Statistics } from '../../samples/summary/statistics.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { TargetRequest } from '../exchange/request.ts';
import type { Tracer } from './tracer.ts';

/** Where a sample belongs, and how many threads were active when it ended. */
export interface SampleContext {
  readonly request: TargetRequest;
  readonly threadName: string;
  readonly loop: number;
  readonly grpThreads: number;
  readonly allThreads: number;
  /** When the schedule wanted it sent, on the clock of `performance.now()`. */
  readonly intendedAt: number;
}

/** Turns exchanges into samples: rows, counts and latencies. */
export class Recorder {
  readonly statistics = new Statistics();
  /** From the actual start to the end of the response. */
  readonly latency: Histogram = newLatencyHistogram();
  /** From the intended start, so that time spent waiting for a free thread counts. */
  readonly intendedLatency: Histogram = newLatencyHistogram();
  /** null: nothing is traced. */
  readonly tracer: Tracer | null;
  readonly #writer: JtlWriter;
  readonly #onSample: ((sample: Sample) => void) | undefined;

  constructor(writer: JtlWriter, tracer: Tracer | null, onSample?: (sample: Sample) => void) {
    this.#writer = writer;
    this.tracer = tracer;
    this.#onSample = onSample;
  }

  /** False asks the caller to await the writer's `drained()`. */
  record(exchange: Exchange, context: SampleContext): boolean {
    const sample = toSample(exchange, context);
    const outcome = outcomeOf(sample);
    this.statistics.add(sample, outcome);
    recordLatencyMs(this.latency, exchange.endedAt - exchange.startedAt);
    recordLatencyMs(this.intendedLatency, exchange.endedAt - context.intendedAt);
    if (exchange.captured !== null) this.tracer?.trace(sample, outcome, context.request, exchange.captured);
    this.#onSample?.(sample);
    return this.#writer.write(sample);
  }
}

/**
 * Both ends of a span are cut to whole milliseconds before they are subtracted, as in JMeter's SampleResult:
 * `timeStamp + elapsed` is then the millisecond of the end.
 */
function toSample(exchange: Exchange, context: SampleContext): Sample {
  const start = wholeEpochMs(exchange.startedAt);
  const span = (ms: number): number => wholeEpochMs(exchange.startedAt + ms) - start;
  return {
    timeStampMs: start,
    elapsedMs: wholeEpochMs(exchange.endedAt) - start,
    label: context.request.label,
    responseCode: exchange.responseCode,
    responseMessage: exchange.responseMessage,
    threadName: context.threadName,
    success: exchange.success,
    failureMessage: '',
    bytes: exchange.bytes,
    sentBytes: exchange.sentBytes,
    grpThreads: context.grpThreads,
    allThreads: context.allThreads,
    url: context.request.shownUrl,
    latencyMs: span(exchange.latencyMs),
    idleTimeMs: 0,
    connectMs: span(exchange.connectMs),
    loop: context.loop,
  };
}

function wholeEpochMs(now: number): number {
  return Math.floor(performance.timeOrigin + now);
}
