import { stagesOf } from '../plan/groups/stages.ts';
import type { Plan } from '../plan/plan.ts';
import { plannedSamples } from '../plan/plan.ts';
import { plannedMs } from '../plan/schedule.ts';
import type { JtlWriter } from '../samples/jtl/jtl-writer.ts';
import { type Histogram, percentileMs } from '../samples/latency/histogram.ts';
import type { Sample } from '../samples/sample.ts';
import type { Statistics } from '../samples/summary/statistics.ts';
import type { ThreadCounts } from '../samples/summary/summariser.ts';
import type { Trust } from './connection/trust.ts';
import { Recorder } from './recording/recorder.ts';
import { Tracer, type TraceSink } from './recording/tracer.ts';
import { checkSources } from './sources/check-sources.ts';
import { Attack } from './threads/attack.ts';
import { checkLimits, type Limits, readLimits } from './threads/limits.ts';
import type { LoadGroup, MessageWriters } from './threads/load-group.ts';
import { loadGroups } from './threads/load-group.ts';
import type { EndReason } from './threads/run-end.ts';
import { RunStages } from './threads/run-stages.ts';

const PROGRESS_EVERY_MS = 200;

export interface BlastOptions extends MessageWriters {
  readonly plan: Plan;
  /** The run's ID, which every message carries. */
  readonly run: string;
  /** The file that gets the samples. blast does not close the writer; the caller closes it. */
  readonly writer: JtlWriter;
  /**
   * Gets the first requests and responses in full. The caller must close this sink. Without a sink, nothing is traced.
   */
  readonly trace?: TraceSink | undefined;
  /**
   * Names of headers with secret values, in addition to well-known names such as Authorization. The trace masks their
   * values.
   */
  readonly redact?: readonly string[];
  /**
   * Which certificates of servers are accepted. If absent, blast accepts what Node trusts.
   */
  readonly trust?: Trust;
  /** When this signal is aborted, blast sends no more requests, and requests in flight finish. */
  readonly signal?: AbortSignal;
  /** When this signal is aborted, blast aborts the requests in flight. */
  readonly interruptSignal?: AbortSignal;
  /** Called several times per second, and at the end. */
  readonly onProgress?: (progress: BlastProgress) => void;
  /** Called with each sample, in the order in which the samples end. */
  readonly onSample?: (sample: Sample) => void;
}

export interface BlastProgress {
  readonly elapsedMs: number;
  readonly threads: ThreadCounts;
  readonly statistics: Statistics;
  /** 99th percentile of the response times. Null before the first sample. */
  readonly p99Ms: number | null;
  /** Number of samples in the whole plan. Null if the plan ends after a duration. */
  readonly plannedSamples: number | null;
  /** Duration of the whole plan. Null if the plan ends after a number of loops. */
  readonly plannedMs: number | null;
}

export interface BlastResult {
  readonly end: EndReason;
  /** Start of the run in epoch milliseconds. */
  readonly startedMs: number;
  readonly endedMs: number;
  readonly threads: ThreadCounts;
  readonly statistics: Statistics;
  /** Microseconds from the actual start of a sample to its end. */
  readonly latency: Histogram;
  /**
   * Microseconds from the scheduled start of a sample to its end. In a plan without a rate, the scheduled
   * start is the time when the thread became free.
   */
  readonly intendedLatency: Histogram;
}

/**
 * Checks that the plan can be sent. Throws QblError('usage') if a request cannot be sent, or if a file
 * cannot be read. Throws QblError('environment') if the process may not open enough connections.
 */
export async function checkSendable(plan: Plan, writers: MessageWriters): Promise<void> {
  checkSources(plan);
  checkStages(plan, loadGroups(plan, writers), await readLimits());
}

/** The threads of several stages never run at the same time, so each stage may need all connections. */
function checkStages(plan: Plan, groups: readonly LoadGroup[], limits: Limits): void {
  for (const stage of stagesOf(plan, groups)) checkLimits(stage.groups, limits);
}

/**
 * Runs the plan: sends every request once and writes one sample for each.
 * Throws QblError('usage') if a request cannot be sent. Throws QblError('environment') if the process may not open
 * enough connections, or if the samples cannot be written.
 */
export async function blast(options: BlastOptions): Promise<BlastResult> {
  const { writer, trace, redact = [], onSample } = options;
  const groups = loadGroups(options.plan, options, options.trust, redact);
  checkStages(options.plan, groups, await readLimits());
  const tracer = trace === undefined ? null : new Tracer(trace, redact);
  const recorder = new Recorder(writer, tracer, onSample);
  const stages = new RunStages(options.plan, groups);
  const attack = new Attack(stages, options.run, recorder, options.writer);
  const end = await runToEnd(attack, recorder, options);
  const { statistics, latency, intendedLatency } = recorder;
  return {
    end,
    startedMs: epochMs(attack.startedAt),
    endedMs: epochMs(performance.now()),
    threads: attack.threads,
    statistics,
    latency,
    intendedLatency,
  };
}

/**
 * Returns epoch milliseconds of the clock that the samples use. `Date.now()` can differ from that clock by some
 * milliseconds.
 */
function epochMs(now: number): number {
  return Math.floor(performance.timeOrigin + now);
}

async function runToEnd(attack: Attack, recorder: Recorder, options: BlastOptions): Promise<EndReason> {
  const { signal, interruptSignal } = options;
  const planned = plannedSamples(options.plan);
  const endMs = plannedMs(options.plan);
  const progress = (): void =>
    options.onProgress?.({
      elapsedMs: attack.elapsedMs,
      threads: attack.threads,
      statistics: recorder.statistics,
      p99Ms: recorder.statistics.samples === 0 ? null : percentileMs(recorder.latency, 99),
      plannedSamples: planned,
      plannedMs: endMs,
    });
  const stop = (): void => attack.stop('stopped');
  const interrupt = (): void => attack.interrupt('interrupted');
  const timer = setInterval(progress, PROGRESS_EVERY_MS);
  signal?.addEventListener('abort', stop);
  interruptSignal?.addEventListener('abort', interrupt);
  try {
    if (signal?.aborted === true || interruptSignal?.aborted === true) attack.stop('stopped');
    const reason = await attack.run();
    // A group without an end has no other end than a stop, so a stop completes the group.
    const isEndless = options.plan.untilStopped && attack.threads.started > 0;
    const isComplete = reason === 'stopped' && isEndless && attack.onlyEndlessLeft;
    return isComplete ? 'completed' : reason;
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', stop);
    interruptSignal?.removeEventListener('abort', interrupt);
    progress();
  }
}
